"""Jobs as the API shows them."""

from __future__ import annotations

from typing import Any

from bulk.models import Job, SecretsState
from bulk.progress import progress_of


def job_object(job: Job) -> dict[str, Any]:
    """One import, rotation or undo."""
    progress = progress_of(job)
    return {
        "id": str(job.job_id),
        "kind": job.kind,
        "objects": job.subject,
        "state": job.state,
        "step": job.step,
        "mode": job.mode,
        "total": job.total,
        "new": job.created_count,
        "changed": job.changed_count,
        "unchanged": job.unchanged_count,
        "refused": job.refused_count,
        "progress": {
            "done": progress.done,
            "rate_per_second": progress.rate_per_second,
            "seconds_left": progress.seconds_left,
            "is_alive": progress.is_alive,
        },
        "columns": job.options.get("columns", []),
        "notes": job.options.get("notes", []),
        "error": job.error,
        "passwords": passwords_object(job),
        "can_confirm": job.can_confirm,
        "can_undo": job.can_undo,
        "created_by": job.actor_label,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "undone_at": job.undone_at,
        "resource_uri": f"/v1/Account/{job.account.auth_id}/imports/{job.job_id}/",
    }


def passwords_object(job: Job) -> dict[str, Any]:
    """Whether there are passwords to fetch, and until when."""
    until = job.secrets_until if job.secrets_state == SecretsState.WAITING else None
    return {"state": job.secrets_state, "until": until}


def line_object(line: list[Any]) -> dict[str, Any]:
    """One line of a report."""
    number, outcome, name, errors = line
    return {
        "line": number,
        "outcome": outcome,
        "name": name,
        "errors": [{"column": column, "message": message} for column, message in errors],
    }
