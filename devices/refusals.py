"""Why a write on a device is refused."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from devices.document import Errors, Fault, as_errors


class DocumentRefused(ValidationError):
    """The document breaks rules: all of them, in Kazoo's shape, as ``faults``; in words, as ``messages``."""

    def __init__(self, faults: Errors) -> None:
        self.faults = faults
        words = [f"{key}: {told['message']}" for key, rules in faults.items() for told in rules.values()]
        super().__init__(words)


class IdTaken(ValidationError):
    """The account has, or had, a device with the id that the client asked for."""

    def __init__(self) -> None:
        super().__init__(_("This id is in use."), code="taken")


class StaleRevision(ValidationError):
    """The device is no longer the one that the writer saw."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this device meanwhile. Look again and save once more."), code="stale")


def refuse(errors: Errors, faults: Iterable[Fault]) -> None:
    """Raise ``DocumentRefused`` with both, if there is anything wrong."""
    whole = {**errors}
    for key, rules in as_errors(faults).items():
        whole[key] = {**rules, **whole.get(key, {})}
    if whole:
        raise DocumentRefused(whole)
