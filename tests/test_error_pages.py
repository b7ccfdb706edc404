"""What went wrong is said on a page of the console's own, under a title that tells it."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client

TITLES = {
    "400.html": "The request could not be read",
    "403.html": "You may not do this",
    "403_csrf.html": "The form was too old",
    "404.html": "There is nothing here",
    "500.html": "Something went wrong here",
    "503.html": "The console cannot reach its database",
}


@pytest.mark.parametrize("template", TITLES)
def test_each_tells_in_its_title_what_it_is(template: str) -> None:
    assert f"<title>{TITLES[template]} · Console</title>" in render_to_string(template)


def test_a_form_from_before_a_sign_in_is_explained(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/user/login/", {"login": "ada@example.test"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "load the page again and send it once more" in page
    assert "<style" not in page
