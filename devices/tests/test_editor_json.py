"""The device editor as JSON, and the way from one form of the draft to the other."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts.models import Account
from devices.models import Device
from devices.tests.page_support import device_to_edit, filled, page_of, stored


@pytest.fixture
def device(account: Account) -> Device:
    return device_to_edit(account)


def text_of(client: Client, url: str) -> tuple[str, str]:
    """The text in the box, and the revision beside it."""
    context = client.get(f"{url}?as=json").context
    return context["text"].text, context["revision"]


def test_the_document_is_edited_whole(owner: Client, device: Device) -> None:
    url = f"{page_of(device)}edit/"
    text, revision = text_of(owner, url)
    document = json.loads(text) | {"custom": {"new": True}}
    assert "password" not in document["sip"]
    assert owner.post(url, {"text": json.dumps(document), "revision": revision}).status_code == 303
    assert stored(device).document["custom"] == {"new": True}
    assert stored(device).subscriber_id == device.subscriber_id


def test_saving_the_untouched_document_changes_nothing(owner: Client, device: Device) -> None:
    url = f"{page_of(device)}edit/"
    text, revision = text_of(owner, url)
    owner.post(url, {"text": text.replace("\n", "\r\n"), "revision": revision})
    assert stored(device).revision == device.revision


def test_faults_stand_beside_their_lines(owner: Client, device: Device) -> None:
    lines = ["{", '"enabled": "perhaps",', '"media": {', '"audio": {"codecs": [', '"PCMU",', '"none"', "]}", "}", "}"]
    text = "\n".join(lines)
    response = owner.post(f"{page_of(device)}edit/", {"text": text})
    notes = [(note.line, note.key) for note in response.context["text"].notes]
    assert notes == [(1, "name"), (1, "device_type"), (2, "enabled"), (6, "media.audio.codecs.1")]
    assert response.context["text"].text == text
    page = response.content.decode()
    assert all(f'<a href="#line-{line}">' in page and f'<li id="line-{line}" class="bad">' in page for line in (2, 6))


def test_too_many_lines_have_no_numbers_to_go_to(owner: Client, device: Device) -> None:
    page = owner.post(f"{page_of(device)}edit/", {"text": "\n" * 3000 + "x"}).content.decode()
    assert ("Line 3001: " in page, "#line-" in page) == (True, False)


@pytest.mark.parametrize(
    ("text", "line"),
    [("{\n  x\n}", 2), ("", 1), ("[]", 1), ('{"a": NaN}', 1), ("[" * 100_000, 1), ('{"a":1}' + "x" * 1_000_000, 1)],
)
def test_what_is_no_document_is_said_beside_its_line(owner: Client, device: Device, text: str, line: int) -> None:
    response = owner.post(f"{page_of(device)}edit/", {"text": text})
    assert [note.line for note in response.context["text"].notes] == [line]


# From one form of the draft to the other.


def test_going_to_json_and_back_loses_nothing_and_saves_nothing(owner: Client, device: Device) -> None:
    url = f"{page_of(device)}edit/"
    sent = filled(owner, url) | {"name": "Draft", "sip__password": "typed-secret", "show": "json"}
    text = owner.post(url, sent).context["text"].text
    document = json.loads(text)
    assert (document["name"], document["sip"]["password"]) == ("Draft", "typed-secret")
    document["custom"] = "typed as JSON"
    context = owner.post(url, {"text": json.dumps(document), "show": "form"}).context
    assert (context["form"]["name"].value(), context["form"]["sip__password"].value()) == ("Draft", "typed-secret")
    assert json.loads(context["base"])["custom"] == "typed as JSON"
    assert stored(device).revision == device.revision


def test_what_was_typed_as_json_is_saved_from_the_form(owner: Client, device: Device) -> None:
    url = f"{page_of(device)}edit/"
    sent = filled(owner, url)
    base = json.loads(sent["base"]) | {"custom": "typed as JSON"}
    owner.post(url, sent | {"base": json.dumps(base), "name": "Both"})
    assert (stored(device).name, stored(device).document["custom"]) == ("Both", "typed as JSON")


@pytest.mark.parametrize("base", ["", "x", "[]", "[" * 100_000])
def test_a_base_that_was_tampered_with_is_the_stored_document(owner: Client, device: Device, base: str) -> None:
    url = f"{page_of(device)}edit/"
    owner.post(url, filled(owner, url) | {"base": base, "name": "Still"})
    assert stored(device).document == device.document | {"name": "Still"}
