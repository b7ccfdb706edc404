"""The pages of imports: upload, dry run, confirm, progress, report, undo."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulk import export, filters, forms, reports, services, sheets, tables
from bulk.kinds.base import OUTCOME_WORDS, Outcome
from bulk.kinds.registry import find, kinds
from bulk.listed import Listed
from bulk.models import Job, JobKind, JobState, Mode
from bulk.progress import progress_of
from bulk.states import state_of
from console import sections
from console.sections import Words
from console.views.base import AccountPage, ObjectPage, Page
from console.views.editing import FormPage
from console.views.listing import Listing, ListPage
from console.views.responses import SeeOther
from sip.record_views import RecordList

SHOWN = 100  # lines of a report on its page; the file has them all


class JobList(ListPage):
    """Imports and other jobs."""

    table_class = tables.JobTable
    filterset_class = filters.JobFilters


class ImportCreate(FormPage):
    """Upload or paste a file."""

    template_name = "bulk/upload.html"
    submit_label = gettext_lazy("Check it")

    def get_title(self) -> Words:
        """What one is about to do."""
        return _("Import")

    def form(self, data: Any = None) -> forms.UploadForm:
        """The form, for the kinds that the role may import."""
        files = self.request.FILES if data is not None else None
        return forms.UploadForm(
            data, files, account=self.account, may_own=self.may("own"), kind=self.request.GET.get("kind", "")
        )

    def save(self, form: Any) -> Job:
        """Have it checked."""
        kind = kinds()[form.cleaned_data["kind"]]
        return services.import_start(account=self.account, kind=kind, data=form.cleaned_data["content"])

    def done(self, result: Any) -> HttpResponse:
        """To its page."""
        return SeeOther(self.section.url("detail", self.account, result))

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds what each kind's columns may hold."""
        offered = [found for name in dict(extra["form"].fields["kind"].choices) if (found := find(name, self.account))]
        return super().context(**extra, kinds=offered, quiet=True)  # file or text: neither is just optional


class JobPage(ObjectPage):
    """A page of one job; its kind of object says what a member must be allowed."""

    object: Job

    def queryset(self) -> QuerySet[Any]:
        """With its account."""
        return super().queryset().select_related("account__parent", "target")

    def prepare(self, **kwargs: Any) -> None:
        """Hold the role to what the kind asks."""
        super().prepare(**kwargs)
        if self.action != "view" and not self.may(self.needed):
            raise PermissionDenied

    @property
    def needed(self) -> str:
        """What a member must be allowed."""
        kind = find(self.object.subject)
        return "edit" if kind is None else kind.action


class JobDetail(JobPage):
    """One job: what would happen, what happens, what happened."""

    template_name = "bulk/job.html"
    fragment_name = "bulk/_job.html"
    is_top = True

    def get_title(self) -> Words:
        """What it does to what."""
        things = sections.get(self.object.subject).many
        if self.object.kind == JobKind.ACTION:
            words = {"action": deed_of(self.object), "count": self.object.total, "things": things}
            return _("%(action)s: %(count)s %(things)s") % words
        return _("%(deed)s of %(things)s") % {"deed": self.object.get_kind_display(), "things": things}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page, or the part of it that changes."""
        is_fragment = request.htmx.target == "job"  # type: ignore[attr-defined]  # django-htmx puts it there
        template = self.fragment_name if is_fragment else None
        return self.render(template=template, is_fragment=is_fragment, **self.told())

    def told(self) -> dict[str, Any]:
        """Everything there is to say about the job."""
        job = self.object
        refused = [] if job.is_active else list(islice(reports.lines(job, only_refused=True), SHOWN))
        first = [] if job.is_active or refused else list(islice(reports.lines(job), SHOWN))
        is_checked = job.state == JobState.CHECKED
        return {
            "progress": progress_of(job),
            "state": state_of(job),
            "lines": [
                (number, outcome_words(job)[Outcome(word)], name, errors)
                for number, word, name, errors in refused or first
            ],
            "is_cut": len(refused or first) == SHOWN,
            "may_write": self.may(self.needed),
            "is_checked": is_checked,
            "can_all": is_checked and job.can_confirm and not job.refused_count,
            "is_undo": job.kind == JobKind.UNDO,
            "is_action": job.kind == JobKind.ACTION,
            "overlaps": job.kind == JobKind.ROTATION and job.state == JobState.DONE and job.options["overlap_minutes"],
            "has_phones": job.subject != "sub-accounts",
        }


def deed_of(job: Job) -> Words:
    """What a bulk action is called; its name, where a release has removed it."""
    page = sections.list_page(job.subject)
    name = str(job.options["action"])
    labels = {action.name: action.label for action in page.bulk_actions} if page else {}
    return labels.get(name, name)


def outcome_words(job: Job) -> dict[Outcome, Words]:
    """What became of a line, as its kind of job says it: a line that was new to an import is removed by its undo."""
    told: dict[str, dict[Outcome, Words]] = {
        JobKind.ACTION: {Outcome.CHANGED: _("Done")},
        JobKind.UNDO: {
            Outcome.NEW: _("Removed"),
            Outcome.CHANGED: _("Restored"),
            Outcome.REFUSED: _("Left alone"),
        },
    }
    return OUTCOME_WORDS | told.get(job.kind, {})


class JobAction(JobPage):
    """A button of a job's page."""

    action = "edit"
    title = gettext_lazy("To print")  # of those that answer with cards

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Nothing to see: back to the job."""
        return HttpResponseRedirect(self.section.url("detail", self.account, self.object))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Do it, or say why not."""
        try:
            return SeeOther(self.section.url("detail", self.account, self.run(self.object)))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return SeeOther(self.section.url("detail", self.account, self.object))

    def run(self, job: Job) -> Job:
        """Call the service. Returns the job to look at. Raises ``ValidationError``."""
        raise NotImplementedError


class JobConfirm(JobAction):
    """Apply a checked import."""

    def run(self, job: Job) -> Job:
        """All lines or none, or the good ones."""
        return services.import_confirm(job=job, mode=self.request.POST.get("mode", Mode.ALL))


class JobCancel(JobAction):
    """Stop a job."""

    def run(self, job: Job) -> Job:
        """Stop it."""
        return services.job_cancel(job=job)


class JobUndo(JobAction):
    """Undo an import."""

    def run(self, job: Job) -> Job:
        """Undo it, in a job of its own."""
        return services.undo_start(job=job)


class JobReport(JobPage):
    """The report, as a file."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Stream it."""
        return reports.download(self.object, only_refused="refused" in request.GET)


class ExportPage(AccountPage):
    """The rows of a list, as a file; of what is imported too, one that can be imported again."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Stream what matches the filters."""
        form = request.GET.get("format", "csv")
        if form not in export.FORMATS:
            raise Http404
        kind = find(self.kwargs["kind"], self.account)
        if kind is not None:
            return export.stream(kind, kind.narrowed(self.account, request.GET), form)
        listed = self.listed(self.kwargs["kind"])
        return export.stream(listed, listed.rows(request.GET), form)

    def listed(self, name: str) -> Listed:
        """A list of what is not imported. Raises ``Http404`` or ``PermissionDenied``."""
        page_class = sections.list_page(name)
        if page_class is None:
            raise Http404
        page = page_class(section=sections.get(name))
        page.setup(self.request, **self.kwargs)
        page.prepare(**self.kwargs)
        return Listed(page)


class PlatformExport(Page):
    """The rows of a list that lies over several accounts, as a file: whoever may see the list may take it along."""

    list_page: type[Listing] = None  # type: ignore[assignment]  # the route gives it; as_view wants it declared

    def prepare(self, **kwargs: Any) -> None:
        """Hold the person to what the list asks. Raises ``PermissionDenied``."""
        self.page = self.list_page()
        self.page.setup(self.request)
        self.page.prepare()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Stream what matches the filters."""
        form = request.GET.get("format", "csv")
        if form not in export.FORMATS:
            raise Http404
        listed = Listed(self.page)
        return export.stream(listed, listed.rows(request.GET), form)


class OverlapList(RecordList):
    """Whose old password is still valid, and who has moved to the new one."""

    table_class = tables.OverlapTable
    filterset_class = filters.OverlapFilters


class JobPasswords(JobAction):
    """What was made, once: as a file, or as a sheet with a QR code for each phone."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Hand it out; it is erased here."""
        as_sheet = request.POST.get("as") == "sheet"
        if as_sheet and services.secrets_count(self.object) > sheets.MOST_CARDS:
            messages.error(
                request, _("A sheet has at most %(most)s cards: take the file.") % {"most": sheets.MOST_CARDS}
            )
            return SeeOther(self.section.url("detail", self.account, self.object))
        try:
            secrets = services.secrets_take(job=self.object)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return SeeOther(self.section.url("detail", self.account, self.object))
        if as_sheet:
            return self.render(template="bulk/sheet.html", cards=sheets.cards(secrets))
        return sheets.as_file(f"passwords-{self.object.job_id}.csv", secrets)
