"""The state of a job, drawn."""

from __future__ import annotations

from django.utils.safestring import SafeString

from bulk.models import Job, JobState
from console.components import component

TONES = {
    JobState.QUEUED: "warn",
    JobState.RUNNING: "warn",
    JobState.CHECKED: "warn",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "off",
}


def state_of(job: Job) -> SafeString:
    """A dot and a word."""
    return component("status", tone=TONES[JobState(job.state)], word=job.get_state_display())
