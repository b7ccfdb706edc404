"""What the OpenAPI document says of imports, exports and rotations."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bulk.api_shapes import Confirm, Rotation
from bulk.models import JobKind, JobState, Mode, SecretsState, Step
from console.api.vobiz.operations import AUTH_ID, PAGE_OF_20, Answer, Operation, path, query

TAG = "Bulk"
NAMES = ("endpoints", "credentials", "devices", "sub-accounts")
JOB_ID_EXAMPLE = "0f8fad5b-d9cb-469f-a165-70867728950e"
API_ID = "550e8400-e29b-41d4-a716-446655440000"


class Progress(serializers.Serializer[Any]):
    """How far a job is."""

    done = serializers.IntegerField()
    rate_per_second = serializers.FloatField(allow_null=True)
    seconds_left = serializers.IntegerField(allow_null=True)
    is_alive = serializers.BooleanField(help_text="Whether the worker was heard of within its lease.")


class Passwords(serializers.Serializer[Any]):
    """Passwords that were made and wait, sealed, to be fetched once."""

    state = serializers.ChoiceField(SecretsState.choices)
    until = serializers.DateTimeField(allow_null=True)


class Job(serializers.Serializer[Any]):
    """An import, a rotation or an undo."""

    api_id = serializers.UUIDField(required=False)
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(JobKind.choices)
    objects = serializers.CharField()
    state = serializers.ChoiceField(JobState.choices)
    step = serializers.ChoiceField(Step.choices)
    mode = serializers.ChoiceField(Mode.choices)
    total = serializers.IntegerField()
    new = serializers.IntegerField(help_text="Of an undo: rows that were removed.")
    changed = serializers.IntegerField(help_text="Of an undo: rows that got their former values.")
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    progress = Progress()
    columns = serializers.ListField(child=serializers.CharField(allow_null=True), help_text="null: left out.")
    notes = serializers.ListField(child=serializers.CharField())
    error = serializers.CharField(allow_blank=True)
    passwords = Passwords()
    can_confirm = serializers.BooleanField()
    can_undo = serializers.BooleanField()
    created_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    resource_uri = serializers.CharField()


class Meta(serializers.Serializer[Any]):
    """Where in the list this page is."""

    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    total = serializers.IntegerField()


class JobPage(serializers.Serializer[Any]):
    """One page of jobs, newest first."""

    api_id = serializers.UUIDField()
    meta = Meta()
    objects = Job(many=True)


class Secrets(serializers.Serializer[Any]):
    """What was made, shown in this answer only: of phones username, realm, server and password."""

    api_id = serializers.UUIDField()
    objects = serializers.ListField(child=serializers.DictField(child=serializers.CharField(allow_blank=True)))


class Overlap(serializers.Serializer[Any]):
    """Someone whose old password is still valid."""

    id = serializers.CharField()
    username = serializers.CharField()
    old_password_until = serializers.DateTimeField()
    has_moved = serializers.BooleanField(
        allow_null=True, help_text="Whether the latest admitted attempt used the new password; null: there was none."
    )


class OverlapPage(serializers.Serializer[Any]):
    """One page of overlaps, the first to end first."""

    api_id = serializers.UUIDField()
    meta = Meta()
    objects = Overlap(many=True)


FILE: dict[str, Any] = {"type": "string", "format": "binary"}
ROWS: dict[str, Any] = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
JOB_ID = path("job_id", "The job's id", {"type": "string", "example": JOB_ID_EXAMPLE})
KIND_PATH = path("kind", "What is in the file", {"type": "string", "enum": list(NAMES)})
KIND = query("kind", "What is in the file.", {"type": "string", "enum": list(NAMES)}, required=True)
NO_JOB = ("There is no such job.", {"error": "Job not found"})
NO_KIND = ("There is no such kind of object.", {"error": "Kind not found"})
BUSY = ("Another job of this account is still running.", {"error": "busy"})
WRONG = ("It cannot be done as things are: the message says why.", {"error": "invalid request parameters"})
GONE = ("The passwords were fetched, erased, or never made.", {"error": "gone"})
STARTED = {202: Answer("The job, which a worker takes up", Job)}

LIST = Operation(
    "list-imports", "get", TAG, "List imports and other jobs", {200: Answer("One page, newest first", JobPage)},
    parameters=(AUTH_ID, *PAGE_OF_20),
)  # fmt: skip
CREATE = Operation(
    "create-import",
    "post",
    TAG,
    "Upload a file",
    STARTED,
    description=(
        "Send the file as the body (`text/csv`, or `application/json` for an exported array) or in the part `file` of "
        "a multipart form. It is checked first: `state` becomes `checked`, and the report tells what would happen to "
        "each line. Nothing is written until it is confirmed, or at once with `apply`. Columns are found by name, "
        "label or alias; missing passwords are made and wait, sealed, for 24 hours to be fetched once."
    ),
    parameters=(
        AUTH_ID,
        KIND,
        query("apply", "Apply it at once: all lines or none, or the good ones.", {"enum": list(Mode.values)}),
    ),
    refusals={400: WRONG, 409: BUSY, 413: ("The file is too long.", {}), 415: ("Neither CSV, JSON nor multipart.", {})},
)  # fmt: skip
RETRIEVE = Operation(
    "retrieve-import", "get", TAG, "Retrieve a job", {200: Answer("The job", Job)},
    parameters=(AUTH_ID, JOB_ID), refusals={404: NO_JOB},
)  # fmt: skip
CONFIRM = Operation(
    "confirm-import",
    "post",
    TAG,
    "Apply a checked import",
    STARTED,
    request=Confirm,
    request_examples={"all or nothing": {"mode": "all"}, "the good lines": {"mode": "good"}},
    parameters=(AUTH_ID, JOB_ID),
    refusals={400: WRONG, 404: NO_JOB, 409: BUSY},
)
CANCEL = Operation(
    "cancel-import",
    "post",
    TAG,
    "Stop a job",
    STARTED,
    parameters=(AUTH_ID, JOB_ID),
    refusals={400: WRONG, 404: NO_JOB},
)
UNDO = Operation(
    "undo-import",
    "post",
    TAG,
    "Undo an import",
    STARTED,
    description=(
        "Within a day: what it made goes, what it changed gets its former values (passwords excepted), what was "
        "changed since is left alone and reported."
    ),
    parameters=(AUTH_ID, JOB_ID),
    refusals={400: WRONG, 404: NO_JOB, 409: BUSY},
)
REPORT = Operation(
    "retrieve-import-report",
    "get",
    TAG,
    "Download a report",
    {(200, "text/csv"): Answer("Line, outcome, name, column, message", FILE)},  # type: ignore[dict-item]
    parameters=(AUTH_ID, JOB_ID, query("refused", "Only the refused lines.", {"type": "boolean"})),
    refusals={404: NO_JOB},
)
PASSWORDS = Operation(
    "fetch-import-passwords",
    "post",
    TAG,
    "Fetch the generated passwords, once",
    {200: Answer("They are erased here", Secrets)},
    parameters=(AUTH_ID, JOB_ID),
    refusals={404: NO_JOB, 410: GONE},
)
EXPORT = Operation(
    "export-objects",
    "get",
    TAG,
    "Export as a file that can be imported again",
    {
        (200, "text/csv"): Answer("The rows, oldest first", FILE),  # type: ignore[dict-item]
        (200, "application/json"): Answer("The rows, oldest first", ROWS),  # type: ignore[dict-item]
    },
    description="Takes the filters of the console's lists as query parameters, such as `q` and `enabled`.",
    parameters=(AUTH_ID, KIND_PATH, query("format", "csv or json.", {"type": "string", "enum": ["csv", "json"]})),
    refusals={400: WRONG, 404: NO_KIND},
)
ROTATE = Operation(
    "rotate-passwords",
    "post",
    TAG,
    "Rotate many passwords",
    STARTED,
    description="Those named in the body, or all that match the filters of the query string.",
    request=Rotation,
    request_examples={"a day of overlap": {"usernames": ["reception", "kitchen"], "overlap_hours": 24}},
    parameters=(AUTH_ID, query("kind", "Whose.", {"type": "string", "enum": list(NAMES[:2])}, required=True)),
    refusals={400: WRONG, 409: BUSY},
)
OVERLAPS = Operation(
    "list-overlaps",
    "get",
    TAG,
    "List whose old password is still valid",
    {200: Answer("One page, the first to end first", OverlapPage)},
    parameters=(AUTH_ID, KIND_PATH, *PAGE_OF_20),
    refusals={404: NO_KIND},
)
