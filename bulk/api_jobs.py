"""The API of jobs: imports, what becomes of them, rotations. Ours, in the style of the documented ones."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_base import VobizView
from accounts.permissions import Action, Resource
from bulk import api_schema as described
from bulk import parts, reports, services
from bulk.api_files import FileNegotiation, field, uploaded
from bulk.api_representation import job_object
from bulk.api_shapes import Confirm, Rotation
from bulk.kinds.base import Kind
from bulk.kinds.registry import find, kinds
from bulk.models import Job, Mode
from console.api.vobiz.errors import Refused
from console.api.vobiz.paging import Window

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
CONFIRM, ROTATION = Confirm(), Rotation()


class BulkView(VobizView):
    """Base of what works on a kind of object: the token's scope must reach that kind."""

    kind_name = ""  # where the address names it

    @property
    def resource(self) -> Resource:  # type: ignore[override]  # it depends on the request
        """The part of the API that the kind belongs to."""
        return self.kind().resource

    def kind(self) -> Kind:
        """The kind that the request is about. Raises ``Refused``."""
        return self.kind_named(field(self.request, "kind"))

    def kind_named(self, name: str) -> Kind:
        """The kind of that name, if the account may have it. Raises ``Refused`` 400."""
        kind = find(name, self.account)
        if kind is None:
            words = f"One of: {', '.join(kinds())}."
            raise Refused(400, words, error="invalid request parameters", details={"kind": words})
        return kind

    def action(self, method: str) -> Action:
        """What the kind asks of who writes."""
        return super().action(method) if method in ("GET", "HEAD") else Action(self.kind().action)

    def handle_exception(self, exc: Exception) -> Response:
        """A busy account is a 409, what was fetched already a 410."""
        if isinstance(exc, services.Busy):
            exc = Refused(409, exc.messages[0], error="busy")
        elif isinstance(exc, services.Gone):
            exc = Refused(410, exc.messages[0], error="gone")
        return super().handle_exception(exc)


class Imports(BulkView):
    """The account's jobs, and new imports."""

    operations = {"get": described.LIST, "post": described.CREATE}
    content_negotiation_class = FileNegotiation

    @property
    def resource(self) -> Resource:  # type: ignore[override]
        """That of the file's kind; to see the list, any part of the API will do."""
        return self.kind().resource if self.request.method == "POST" else first_reach(self.caller)

    def get(self, request: Request, auth_id: str) -> Response:
        """One page, newest first: jobs of the kinds that the token reaches."""
        seen = [name for name, kind in kinds().items() if self.caller.may(kind.resource, Action.VIEW)]
        rows = Job.objects.of(self.account).filter(subject__in=seen)
        window, total = Window.asked_for(request.query_params), rows.count()
        shown = rows.select_related("account").order_by("-pk")[window.offset : window.offset + window.limit]
        meta = {"limit": window.limit, "offset": window.offset, "total": total}
        return Response({"api_id": self.api_id, "meta": meta, "objects": [job_object(job) for job in shown]})

    def post(self, request: Request, auth_id: str) -> Response:
        """Take a file in; it is checked by the worker, and applied by it too with ``apply``."""
        then = field(request, "apply")
        if then not in ("", *Mode.values):
            raise ValidationError({"apply": "One of: all, good. Left out: only checked."})
        job = services.import_start(account=self.account, kind=self.kind(), data=uploaded(request), then=then)
        return Response({"api_id": self.api_id, **job_object(job)}, status=202)

    def idempotent_body(self, request: Request) -> bytes:
        """What makes two uploads the same."""
        return uploaded(request)


def first_reach(caller: Any) -> Resource:
    """A part of the API that the caller may see; the first one, where there is none."""
    found = [kind.resource for kind in kinds().values()]
    return next((resource for resource in found if caller.may(resource, Action.VIEW)), found[0])


class JobView(BulkView):
    """Base of what is about one job."""

    def kind(self) -> Kind:
        """The job's kind."""
        return self.kind_named(self.job.subject)

    @property
    def job(self) -> Job:
        """The job of the address, the account's own. Raises ``Refused`` 404."""
        if not hasattr(self, "_job"):
            job_id = str(self.kwargs["job_id"])
            rows = Job.objects.of(self.account).select_related("account__parent")
            found = rows.filter(job_id=job_id).first() if UUID.match(job_id) else None
            if found is None:
                raise Refused(404, "There is no such job.", error="Job not found", id=job_id)
            self._job: Job = found
        return self._job

    def answer(self, job: Job, status: int = 200) -> Response:
        """The job as it is."""
        return Response({"api_id": self.api_id, **job_object(job)}, status=status)


class JobDetail(JobView):
    """One job."""

    operations = {"get": described.RETRIEVE}

    def get(self, request: Request, auth_id: str, job_id: str) -> Response:
        """Its state."""
        return self.answer(self.job)


class JobConfirm(JobView):
    """Applies a checked import."""

    operations = {"post": described.CONFIRM}

    def post(self, request: Request, auth_id: str, job_id: str) -> Response:
        """Have it written."""
        return self.answer(services.import_confirm(job=self.job, mode=CONFIRM.mode_of(request.data)), 202)


class JobCancel(JobView):
    """Stops a job."""

    operations = {"post": described.CANCEL}

    def post(self, request: Request, auth_id: str, job_id: str) -> Response:
        """Stop it, or have its worker stop."""
        return self.answer(services.job_cancel(job=self.job), 202)


class JobUndo(JobView):
    """Undoes an import."""

    operations = {"post": described.UNDO}

    def post(self, request: Request, auth_id: str, job_id: str) -> Response:
        """Start the undoing, a job of its own."""
        return self.answer(services.undo_start(job=self.job), 202)


class JobReport(JobView):
    """What became of each line."""

    operations = {"get": described.REPORT}

    def get(self, request: Request, auth_id: str, job_id: str) -> StreamingHttpResponse:
        """The report as a CSV file."""
        only_refused = request.query_params.get("refused", "").lower() in ("true", "1")
        return reports.download(self.job, only_refused=only_refused)


class JobPasswords(JobView):
    """What was generated, once."""

    operations = {"post": described.PASSWORDS}

    def post(self, request: Request, auth_id: str, job_id: str) -> Response:
        """Hand the passwords out; they are erased here."""
        return Response({"api_id": self.api_id, "objects": services.secrets_take(job=self.job)})


class Rotations(BulkView):
    """New passwords for many."""

    operations = {"post": described.ROTATE}

    def kind(self) -> Kind:
        """From the query string: the body is JSON."""
        return self.kind_named(self.request.query_params.get("kind", ""))

    def post(self, request: Request, auth_id: str) -> Response:
        """Rotate those that are named, or all that match the filters of the query string."""
        values = ROTATION.read(request.data)
        kind = self.kind()
        rows = kind.narrowed(self.account, request.GET)
        if "usernames" in values:
            rows = rows.filter(username__in=[name for name in values["usernames"] if isinstance(name, str)])
        minutes = 60 * values.get("overlap_hours", 0)
        keys = rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=parts.LINES_PER_PART)
        job = services.rotation_start(account=self.account, kind=kind, keys=keys, overlap_minutes=minutes)
        return Response({"api_id": self.api_id, **job_object(job)}, status=202)
