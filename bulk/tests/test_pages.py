"""The pages of imports."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Account, User
from accounts.permissions import Role
from bulk import services
from bulk.models import Job, JobState, Mode, Pulse
from bulk.tests.conftest import apply, check_file, settle
from endpoints.models import Endpoint
from tests.tenants import make_endpoint, make_person

pytestmark = pytest.mark.django_db
TEXT = "username,alias\na,A\nb!,B\n"


def url(account: Account, path: str = "") -> str:
    return f"/accounts/{account.auth_id}/imports/{path}"


def page(client: Client, account: Account, path: str = "") -> str:
    answer = client.get(url(account, path))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_upload_page_explains_the_columns_in_the_models_words(owner: Client, account: Account) -> None:
    text = page(owner, account, "new/")
    assert "Only alphanumeric characters are allowed." in text
    assert "At most 64 characters." in text


def test_a_pasted_text_is_checked_and_applied(owner: Client, account: Account) -> None:
    answer = owner.post(url(account, "new/"), {"kind": "endpoints", "text": "username,alias\na,A\n"})
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, url(account, f"{job.job_id}/"))
    assert "It starts as soon as a worker is free." in page(owner, account, f"{job.job_id}/")
    settle(job)
    assert "Apply all lines" in page(owner, account, f"{job.job_id}/")
    assert owner.post(url(account, f"{job.job_id}/confirm/"), {"mode": "all"}).status_code == 303
    settle(job)
    assert Endpoint.objects.get().username == "a"


def test_a_file_is_taken_too(owner: Client, account: Account) -> None:
    file = SimpleUploadedFile("phones.csv", TEXT.encode(), "text/csv")
    owner.post(url(account, "new/"), {"kind": "endpoints", "file": file})
    job = settle(Job.objects.get())
    text = page(owner, account, f"{job.job_id}/")
    assert "Only alphanumeric characters are allowed" in text
    assert "Apply the 1 good lines" in text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "endpoints", "text": ""}, "Choose a file, or paste its text."),
        ({"kind": "endpoints", "text": "alias\nx\n"}, "No column is headed username."),
        ({"kind": "phones", "text": TEXT}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(
    owner: Client, account: Account, values: dict[str, Any], words: str
) -> None:
    text = owner.post(url(account, "new/"), values).content.decode()
    assert words in text
    assert values["text"].strip() in text


def test_a_file_that_is_too_long_is_said(owner: Client, account: Account, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 10
    file = SimpleUploadedFile("phones.csv", TEXT.encode(), "text/csv")
    answer = owner.post(url(account, "new/"), {"kind": "endpoints", "file": file})
    assert "A file may have at most 10 bytes." in answer.content.decode()


def test_progress_is_a_fragment_that_asks_for_itself_until_the_job_is_over(owner: Client, account: Account) -> None:
    job = services.import_confirm(job=check_file(account, "endpoints", "username,alias\na,A\n"), mode=Mode.ALL)
    headers = {"HX-Request": "true", "HX-Target": "job"}
    running = owner.get(url(account, f"{job.job_id}/"), headers=headers).content.decode()
    assert "hx-get" in running
    assert "<html" not in running
    settle(job)
    over = owner.get(url(account, f"{job.job_id}/"), headers=headers).content.decode()
    assert "hx-get" not in over
    assert '<span id="job-state" hx-swap-oob="true"><span class="status good">Done</span>' in over


def test_a_worker_that_went_silent_is_said(owner: Client, account: Account) -> None:
    from bulk import runner

    job = services.import_confirm(job=check_file(account, "endpoints", "username,alias\na,A\n"), mode=Mode.ALL)
    runner.claim(job.pk)
    Pulse.objects.update(lease_until="2020-01-01T00:00:00Z", done=1)
    assert "Its worker has gone silent" in page(owner, account, f"{job.job_id}/")


def test_passwords_come_as_a_file_once(owner: Client, account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    first = owner.post(url(account, f"{job.job_id}/passwords/"), {"as": "csv"})
    assert first["Content-Type"] == "text/csv; charset=utf-8"
    assert first.content.decode("utf-8-sig").splitlines()[0] == "username,name,realm,server,password"
    assert owner.post(url(account, f"{job.job_id}/passwords/"), {"as": "csv"}).status_code == 303


def test_passwords_come_as_a_sheet_of_qr_codes(owner: Client, account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\nb,B\n"))
    text = owner.post(url(account, f"{job.job_id}/passwords/"), {"as": "sheet"}).content.decode()
    assert text.count('class="card"') == 2
    assert text.count('class="qr"') == 2


def test_a_get_never_hands_passwords_out(owner: Client, account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    owner.get(url(account, f"{job.job_id}/passwords/"))
    job.refresh_from_db()
    assert job.has_secrets


def test_an_import_is_undone_from_its_page(owner: Client, account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    answer = owner.post(url(account, f"{job.job_id}/undo/"))
    undo = settle(Job.objects.exclude(pk=job.pk).get())
    assert answer["Location"].endswith(f"{undo.job_id}/")
    assert "<td>Removed</td>" in page(owner, account, f"{undo.job_id}/")
    assert not Endpoint.objects.exists()


def test_a_job_is_discarded(owner: Client, account: Account) -> None:
    job = check_file(account, "endpoints", "username,alias\na,A\n")
    owner.post(url(account, f"{job.job_id}/cancel/"))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_what_the_service_refuses_is_said(owner: Client, account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    answer = owner.post(url(account, f"{job.job_id}/confirm/"), follow=True)
    assert "Nothing to apply" in answer.content.decode()


def test_more_cards_than_a_sheet_holds_are_to_be_taken_as_a_file(
    owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bulk.sheets.MOST_CARDS", 0)
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    answer = owner.post(url(account, f"{job.job_id}/passwords/"), {"as": "sheet"}, follow=True)
    assert "A sheet has at most 0 cards: take the file." in answer.content.decode()
    job.refresh_from_db()
    assert job.has_secrets


def test_the_list_shows_the_jobs(owner: Client, account: Account) -> None:
    check_file(account, "endpoints", TEXT)
    assert "Checked, nothing written yet" in page(owner, account)


@pytest.mark.parametrize("path", ["", "confirm/", "cancel/", "undo/", "passwords/", "report/"])
def test_another_tenants_job_is_not_there(
    stranger: Client, account: Account, other_account: Account, path: str
) -> None:
    job = check_file(account, "endpoints", TEXT)
    for home in (account, other_account):
        assert stranger.get(url(home, f"{job.job_id}/{path}")).status_code == 404
        assert stranger.post(url(home, f"{job.job_id}/{path}")).status_code == 404


@pytest.mark.parametrize("path", ["confirm/", "cancel/", "undo/", "passwords/"])
def test_a_viewer_looks_only(viewer: Client, account: Account, path: str) -> None:
    job = check_file(account, "endpoints", TEXT)
    assert viewer.get(url(account, f"{job.job_id}/")).status_code == 200
    assert viewer.post(url(account, f"{job.job_id}/{path}")).status_code == 403
    assert viewer.post(url(account, "new/"), {"kind": "endpoints", "text": TEXT}).status_code == 403


def test_an_admin_imports_no_sub_accounts(account: Account, signed_in: Any) -> None:
    admin: User = make_person("dora", account, Role.ADMIN)
    client = signed_in(admin)
    answer = client.post(url(account, "new/"), {"kind": "sub-accounts", "text": "name\nBerlin\n"})
    assert "Select a valid choice." in answer.content.decode()
    job = check_file(account, "sub-accounts", "name\nBerlin\n")
    assert client.post(url(account, f"{job.job_id}/confirm/")).status_code == 403


def test_a_list_is_exported_with_its_filters(owner: Client, account: Account) -> None:
    make_endpoint(account, "on")
    make_endpoint(account, "off", enabled=False)
    answer = owner.get(f"/accounts/{account.auth_id}/export/endpoints/?enabled=true")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    assert [line.split(",")[0] for line in text.splitlines()] == ["username", "on"]
    assert owner.get(f"/accounts/{account.auth_id}/export/phones/").status_code == 404


def test_another_tenants_list_is_not_exported(stranger: Client, account: Account) -> None:
    assert stranger.get(f"/accounts/{account.auth_id}/export/endpoints/").status_code == 404


def test_selected_rows_are_rotated_by_a_job(owner: Client, account: Account) -> None:
    phones = [make_endpoint(account, name) for name in ("a", "b", "c")]
    chosen = {"action": "rotate", "row": [str(phone.endpoint_id) for phone in phones[:2]]}
    bulk = f"/accounts/{account.auth_id}/endpoints/bulk/"
    asked = owner.post(bulk, chosen).content.decode()
    assert "Rotate the passwords of 2 endpoints?" in asked
    assert "Hours of overlap" in asked
    answer = owner.post(bulk, {**chosen, "confirmed": "1", "expected": "2", "overlap_hours": "3"})
    job = settle(Job.objects.get())
    assert answer["Location"] == url(account, f"{job.job_id}/")
    assert job.changed_count == 2


def test_more_rows_than_a_request_may_change_are_rotated_too(
    owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.views.bulk.MOST_ROWS", 1)
    for name in ("a", "b", "c"):
        make_endpoint(account, name)
    sent = {"action": "rotate", "all": "1", "query": "", "confirmed": "1", "expected": "3", "overlap_hours": "3"}
    assert owner.post(f"/accounts/{account.auth_id}/endpoints/bulk/", sent).status_code == 303
    assert settle(Job.objects.get()).changed_count == 3
