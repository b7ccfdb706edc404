"""What apps above may hang on."""

from __future__ import annotations

from django.dispatch import Signal

job_finished = Signal()  # job: done, failed or cancelled; in the transaction that ends it
erasing = Signal()  # sent by every worker every few minutes: erase what has expired
worker_starting = Signal()  # sent once by every worker, before it works: start what runs beside its tasks
