"""The API of imports, exports and rotations."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Account, ApiToken
from accounts.permissions import Scope
from accounts.services import token_create
from bulk.models import Job
from bulk.tests.conftest import settle
from endpoints.models import Endpoint
from sip.models import AuthAttempt, Outcome, Reason
from tests.tenants import make_credential, make_endpoint

pytestmark = pytest.mark.django_db
TEXT = "username,alias\na,A\nb!,B\n"


class Caller:
    """Sends requests with a token of an account."""

    def __init__(self, account: Account, scope: str = Scope.FULL) -> None:
        self.account = account
        _token, plain = token_create(token=ApiToken(account=account, name="tests", scope=scope))
        self.client = Client(headers={"X-Auth-ID": account.auth_id, "X-Auth-Token": plain})

    def url(self, path: str) -> str:
        return f"/api/v1/Account/{self.account.auth_id}/{path}"

    def get(self, path: str) -> Any:
        return self.client.get(self.url(path))

    def post(self, path: str, body: Any = None, content_type: str = "application/json", **headers: str) -> Any:
        return self.client.post(self.url(path), body if body is not None else {}, content_type, headers=headers)

    def upload(self, text: str = TEXT, query: str = "?kind=endpoints", **headers: str) -> Any:
        return self.post(f"imports{query}", text, "text/csv", **headers)

    def checked(self, text: str = TEXT) -> str:
        """The id of a job that was checked."""
        job_id: str = self.upload(text).json()["id"]
        settle(Job.objects.get(job_id=job_id))
        return job_id


@pytest.fixture
def caller(account: Account) -> Caller:
    return Caller(account)


def test_a_file_is_taken_checked_and_applied(caller: Caller) -> None:
    answer = caller.upload("username,alias\na,A\n")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    job = settle(Job.objects.get())
    shown = caller.get(f"imports/{job.job_id}").json()
    assert (shown["state"], shown["new"], shown["can_confirm"]) == ("checked", 1, True)
    assert caller.post(f"imports/{job.job_id}/confirm", {"mode": "all"}).status_code == 202
    settle(job)
    assert Endpoint.objects.get().username == "a"


def test_a_file_may_come_as_a_form(caller: Caller) -> None:
    file = SimpleUploadedFile("phones.csv", TEXT.encode(), "text/csv")
    answer = caller.client.post(caller.url("imports"), {"file": file, "kind": "endpoints", "apply": "good"})
    assert answer.status_code == 202
    settle(Job.objects.get())
    assert Endpoint.objects.count() == 1


def test_an_exported_array_may_come_back(caller: Caller, account: Account) -> None:
    make_endpoint(account, "a")
    text = b"".join(caller.get("exports/endpoints?format=json").streaming_content).decode()
    answer = caller.post("imports?kind=endpoints", text, "application/json")
    assert answer.status_code == 202
    assert settle(Job.objects.get()).unchanged_count == 1


def test_the_report_names_line_column_and_rule(caller: Caller) -> None:
    job_id = caller.checked()
    report = b"".join(caller.get(f"imports/{job_id}/report?refused=true").streaming_content).decode("utf-8-sig")
    assert report.splitlines()[1:] == ["3,refused,b!,username,Only alphanumeric characters are allowed"]


def test_passwords_come_once(caller: Caller) -> None:
    job_id = caller.checked()
    caller.post(f"imports/{job_id}/confirm", {"mode": "good"})
    settle(Job.objects.get())
    first, second = (caller.post(f"imports/{job_id}/passwords") for _time in range(2))
    assert first.json()["objects"][0]["username"] == "a"
    assert (second.status_code, second.json()["error"]) == (410, "gone")


def test_a_replayed_answer_has_no_passwords(caller: Caller) -> None:
    job_id = caller.checked()
    caller.post(f"imports/{job_id}/confirm", {"mode": "good"})
    settle(Job.objects.get())
    key = {"Idempotency-Key": "fetch"}
    first, second = (caller.post(f"imports/{job_id}/passwords", **key) for _time in range(2))
    assert len(first.json()["objects"][0]["password"]) == 20
    assert second.json()["objects"][0]["password"] == "<redacted>"
    assert second.headers["Idempotency-Omitted"] == "objects.0.password"


def test_the_same_upload_under_one_key_makes_one_job(caller: Caller) -> None:
    key = {"Idempotency-Key": "friday"}
    first, second = caller.upload(**key), caller.upload(**key)
    assert first.json()["id"] == second.json()["id"]
    assert caller.upload("username,alias\nz,Z\n", **key).status_code == 422
    assert Job.objects.count() == 1


def test_a_second_import_at_the_same_time_is_a_conflict(caller: Caller) -> None:
    caller.upload()
    assert (caller.upload().status_code, caller.upload().json()["error"]) == (409, "busy")


def test_an_import_is_cancelled_and_undone(caller: Caller) -> None:
    job_id = caller.checked()
    caller.post(f"imports/{job_id}/confirm", {"mode": "good"})
    settle(Job.objects.get())
    undo = caller.post(f"imports/{job_id}/undo").json()
    assert undo["kind"] == "undo"
    settle(Job.objects.get(job_id=undo["id"]))
    assert not Endpoint.objects.exists()
    waiting = caller.upload().json()["id"]
    assert caller.post(f"imports/{waiting}/cancel").json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("query", "text", "content_type", "status"),
    [
        ("?kind=endpoints", "username,alias\n", "text/csv", 400),
        ("?kind=endpoints", "", "text/csv", 400),
        ("?kind=endpoints", "nothing\nx\n", "text/csv", 400),
        ("?kind=phones", TEXT, "text/csv", 400),
        ("", TEXT, "text/csv", 400),
        ("?kind=endpoints&apply=some", TEXT, "text/csv", 400),
        ("?kind=endpoints", TEXT, "application/xml", 415),
        ("?kind=endpoints", "x" * 201, "text/csv", 413),
    ],
)
def test_what_cannot_be_taken_is_refused(
    caller: Caller, query: str, text: str, content_type: str, status: int, settings: Any
) -> None:
    settings.IMPORT_MAX_BYTES = 200
    answer = caller.post(f"imports{query}", text, content_type)
    assert (answer.status_code, answer.json()["code"]) == (status, status)


def test_a_form_that_is_too_long_is_refused_without_being_kept(caller: Caller, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 10
    file = SimpleUploadedFile("phones.csv", TEXT.encode(), "text/csv")
    assert caller.client.post(caller.url("imports?kind=endpoints"), {"file": file}).status_code == 413


@pytest.mark.parametrize("path", ["", "/confirm", "/cancel", "/undo", "/report", "/passwords"])
def test_another_tenants_job_is_not_there(caller: Caller, other_account: Account, path: str) -> None:
    job_id = Caller(other_account).checked("username,alias\na,A\n")
    method = caller.get if path in ("", "/report") else caller.post
    assert method(f"imports/{job_id}{path}").status_code == 404
    assert method(f"imports/nonsense{path}").status_code == 404


def test_a_tokens_scope_reaches_its_own_kind_only(account: Account) -> None:
    caller = Caller(account, Scope.CREDENTIALS)
    assert caller.upload().status_code == 403
    assert caller.get("exports/endpoints").status_code == 403
    assert caller.upload("username\nt\n", "?kind=credentials").status_code == 202
    Caller(account).get("imports")
    assert caller.get("imports").json()["meta"]["total"] == 1


def test_a_read_only_token_exports_and_does_not_import(account: Account) -> None:
    caller = Caller(account, Scope.READ_ONLY)
    assert caller.get("exports/endpoints").status_code == 200
    assert caller.upload().status_code == 403


def test_an_export_takes_the_filters_of_the_list(caller: Caller, account: Account) -> None:
    make_endpoint(account, "on")
    make_endpoint(account, "off", enabled=False)
    text = b"".join(caller.get("exports/endpoints?enabled=false").streaming_content).decode()
    assert [line.split(",")[0] for line in text.splitlines()] == ["username", "off"]


def test_an_export_of_nothing_known_is_not_there(caller: Caller) -> None:
    assert caller.get("exports/phones").status_code == 404
    assert caller.get("exports/endpoints?format=xlsx").status_code == 400
    assert caller.get("overlaps/sub-accounts").status_code == 404


def test_rotation_and_who_has_moved(caller: Caller, account: Account) -> None:
    phones = {name: make_endpoint(account, name) for name in ("moved", "stayed", "silent", "other")}
    body = {"usernames": ["moved", "stayed", "silent"], "overlap_hours": 2}
    answer = caller.post("rotations?kind=endpoints", body)
    assert answer.status_code == 202
    settle(Job.objects.get())
    for name, reason in (("moved", Reason.OLD_PASSWORD), ("moved", Reason.ADMITTED), ("stayed", Reason.OLD_PASSWORD)):
        AuthAttempt.objects.create(subscriber_id=phones[name].subscriber_id, outcome=Outcome.OK, reason=reason)
    shown = {row["username"]: row["has_moved"] for row in caller.get("overlaps/endpoints").json()["objects"]}
    assert shown == {"moved": True, "stayed": False, "silent": None}


def test_rotation_by_filter(caller: Caller, account: Account) -> None:
    for name in ("branch_1", "branch_2", "main"):
        make_credential(account, name)
    caller.post("rotations?kind=credentials&q=branch")
    assert settle(Job.objects.get()).changed_count == 2


@pytest.mark.parametrize("body", [{"usernames": ["nobody"]}, {"overlap_hours": 1000}, {"overlap_hours": "1"}])
def test_a_rotation_that_makes_no_sense_is_refused(caller: Caller, account: Account, body: Any) -> None:
    make_endpoint(account, "a")
    assert caller.post("rotations?kind=endpoints", json.dumps(body)).status_code == 400


def test_the_document_describes_every_route(caller: Caller) -> None:
    paths = Client().get("/api/schema/").json()["paths"]
    mine = [path for path in paths if any(part in path for part in ("/imports", "/exports", "/rotations", "/overlaps"))]
    assert len(mine) == 10
