"""``manage.py import_csv``: a file checked and, if asked, applied, in the foreground."""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.management.commands.create_account import account_named
from bulk import reports, runner, services
from bulk.cells import guard
from bulk.kinds.registry import find, kinds
from bulk.models import Job, JobState, Mode
from console.management.base import ConsoleCommand

POLL_SECONDS = 0.5
SHOWN = 20  # refused lines that are printed; the rest are in the report


class Command(ConsoleCommand):
    """Imports a file without a worker: this process does the work."""

    help = "Check a CSV (or exported JSON) file and, with --apply, write it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, where it goes and how."""
        super().add_arguments(parser)
        parser.add_argument("file", help="the file; - reads standard input")
        parser.add_argument("--account", required=True, metavar="MA_X")
        parser.add_argument("--kind", required=True, choices=sorted(kinds()))
        parser.add_argument("--apply", choices=Mode.values, help="write all lines or none, or the good ones")
        parser.add_argument("--report", metavar="FILE", help="write the report here")
        parser.add_argument(
            "--passwords", metavar="FILE", help="write the generated passwords here, readable by you only"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and apply."""
        kind = find(options["kind"], account := account_named(options["account"]))
        if kind is None:
            raise CommandError(f"{account.auth_id} has no {options['kind']}.")
        data = sys.stdin.buffer.read() if options["file"] == "-" else Path(options["file"]).read_bytes()
        job = self.run(services.import_start(account=account, kind=kind, data=data))
        if options["apply"] and job.state == JobState.CHECKED and job.good_count:
            job = self.run(services.import_confirm(job=job, mode=options["apply"]))
        if options["report"]:
            Path(options["report"]).write_text("".join(reports.as_csv(job)), "utf-8")
        if options["passwords"] and job.has_secrets:
            write_private(Path(options["passwords"]), services.secrets_take(job=job))
        self.answer(result_of(job), options, lines_of(job))
        if job.state in (JobState.FAILED, JobState.CANCELLED):
            raise CommandError(job.error or "It was cancelled.")

    def run(self, job: Job) -> Job:
        """Do the job's step here, or wait for the worker that was quicker."""
        runner.run(job.pk)
        job.refresh_from_db()
        while job.is_active:
            time.sleep(POLL_SECONDS)
            job.refresh_from_db()
        return job


def result_of(job: Job) -> dict[str, Any]:
    """What a program gets to know."""
    return {
        "id": str(job.job_id),
        "state": job.state,
        "step": job.step,
        "total": job.total,
        "new": job.created_count,
        "changed": job.changed_count,
        "unchanged": job.unchanged_count,
        "refused": job.refused_count,
        "notes": job.options["notes"],
        "error": job.error,
    }


def lines_of(job: Job) -> list[str]:
    """What a person gets to read."""
    found = [*job.options["notes"], *refused_lines(job)]
    counts = f"{job.created_count} new, {job.changed_count} changed, {job.unchanged_count} unchanged"
    found.append(f"{job.total} lines: {counts}, {job.refused_count} refused.")
    if job.state == JobState.CHECKED and job.good_count:
        found.append("Nothing was written: this was the dry run. Write it with --apply all or --apply good.")
    if job.has_secrets:
        found.append("Generated passwords wait on the import's page for 24 hours, to be fetched once.")
    return found


def refused_lines(job: Job) -> list[str]:
    """The first refused lines."""
    found: list[str] = []
    for number, _outcome, name, errors in reports.lines(job, only_refused=True):
        if len(found) == SHOWN:
            return [*found, "..."]
        words = "; ".join(f"{column}: {message}" if column else message for column, message in errors)
        found.append(f"line {number} ({name}): {words}")
    return found


def write_private(path: Path, secrets: list[dict[str, str]]) -> None:
    """Write the passwords to a file that its owner alone can read. JSON where the name says so, else CSV."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as file:
        if path.suffix == ".json":
            json.dump(secrets, file, ensure_ascii=False, indent=1)
            return
        writer = csv.DictWriter(file, list(secrets[0]))
        writer.writeheader()
        writer.writerows({name: guard(cell) for name, cell in secret.items()} for secret in secrets)
