"""From a request's ``data`` to a document that can be stored: create (PUT), replace (POST) and merge (PATCH).

A stored document has no private keys, no ``id``, no ``sync`` and no ``sip.password``; it has all defaults, one spelling
for everything, and equal ``sip.expire_seconds`` and ``sip.registration_expiration``. What must be checked against the
database is left to the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from devices.document.basics import Document, look_up, text_at
from devices.document.coercion import coerce
from devices.document.defaults import with_defaults
from devices.document.faults import Errors, Fault, as_errors, find_faults, too_large
from devices.document.merging import merge
from devices.document.normalising import clean_public, normalise, without_expiry
from devices.document.rows import PASSWORD_KEYS, redact
from devices.document.semantics import semantic_faults
from devices.document.storable import TooLargeError, unstorable


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A document that may be stored if there are no ``errors``, and what the request said beside it.

    ``password`` is the new one, or None: then the old one stays unless ``removes_password``. ``client_id`` is the id
    the client asked for, if any. ``sync`` asks to have the phone reload its settings.
    """

    document: Document
    errors: Errors
    password: str | None = field(default=None, repr=False)
    removes_password: bool = False
    client_id: Any = None
    sync: bool = False


def created(data: Any) -> Candidate:
    """Make a new document of ``data``."""
    return _candidate(data, before=None, patches=False)


def replaced(before: Document, data: Any) -> Candidate:
    """Make the document that takes the place of ``before``. A password that ``data`` does not mention stays."""
    return _candidate(data, before=before, patches=False)


def patched(before: Document, data: Any) -> Candidate:
    """Make the document that results from merging ``data`` into ``before``."""
    return _candidate(data, before=before, patches=True)


def _candidate(data: Any, *, before: Document | None, patches: bool) -> Candidate:
    fault = _unreadable(data)
    if fault:
        return Candidate(document={}, errors=as_errors([fault]))
    public = clean_public(data)
    client_id, sync = public.pop("id", None), public.pop("sync", False)
    removes_password = look_up(public, *PASSWORD_KEYS) is None
    whole = _merged(before or {}, public) if patches else redact(public) if removes_password else public
    document = with_defaults(normalise(coerce(whole), before))
    return Candidate(
        document=redact(document),
        errors=as_errors([*find_faults(document), *semantic_faults(document, before)]),
        password=text_at(document, *PASSWORD_KEYS) or None,
        removes_password=removes_password,
        client_id=client_id or None,
        sync=sync is True or sync == "true",
    )


def _merged(before: Document, patch: Document) -> Document:
    return without_expiry(merge(before, patch), patch)


def _unreadable(data: Any) -> Fault | None:
    """Find what makes it impossible to look at the data at all."""
    if not isinstance(data, dict):
        return Fault((), "type", {"message": "Value must be of type object", "target": "object"})
    try:
        unstorable(data)
    except TooLargeError as error:
        return too_large(error)
    return None
