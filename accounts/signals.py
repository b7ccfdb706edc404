"""What apps above may hang on: they answer inside the transaction of the service that sends."""

from __future__ import annotations

from django.dispatch import Signal

account_created = Signal()  # account, realm (str or None); receivers return a dict for the creator to see once
account_deleting = Signal()  # account: remove or hand back what it holds
account_changed = Signal()  # account, changed (set of field names): disabled, enabled, renamed ...
