"""``If-Match`` and ``If-None-Match`` (RFC 9110 section 13): a client's word on which revision it means."""

from __future__ import annotations

import re

from django.http import HttpRequest

from console.api.kazoo.errors import Refused, failed_precondition

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
ANY = "*"


def is_unchanged(request: HttpRequest, revision: str) -> bool:
    """Whether a reader has this revision already."""
    return _names(request.headers.get("If-None-Match", ""), revision)


def require(request: HttpRequest, revision: str, *, reads: bool = False) -> None:
    """Refuse a request that means another revision, and a write that means any but this one. Raises ``Refused``."""
    wanted = request.headers.get("If-Match")
    if wanted is not None and not _names(wanted, revision):
        raise failed_precondition()
    if not reads and is_unchanged(request, revision):
        raise failed_precondition()


def require_none(request: HttpRequest) -> None:
    """Refuse to create what a client says is there. Raises ``Refused``."""
    if "If-Match" in request.headers:
        raise failed_precondition()


def not_modified(revision: str) -> Refused:
    """A 304: the reader has it."""
    return Refused(304, "not modified", headers={"ETag": f'"{revision}"'}, is_empty=True)


def _names(header: str, revision: str) -> bool:
    """Whether a header names the revision, quoted as it should be or not."""
    return header.strip() in (ANY, revision) or revision in _TAG.findall(header)
