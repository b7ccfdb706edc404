"""What a NOTIFY may say: nothing in it can end a header and begin another."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

LONGEST_HEADER_CHARACTERS = 128
MAXIMUM_BODY_BYTES = 16_384
_WORD = r"[A-Za-z0-9_.%*+~'-]+"
_EVENT = re.compile(rf"{_WORD}(?:;{_WORD}(?:={_WORD})?)*\Z")
_CONTENT_TYPE = re.compile(rf'{_WORD}/{_WORD}(?:; ?{_WORD}=(?:{_WORD}|"[^"\x00-\x1f\x7f]*"))*\Z')


def notify_faults(*, event: str, content_type: str | None = None, body: str | None = None) -> dict[str, str]:
    """What is wrong with the parts of a NOTIFY, by part. A body needs a content type; None: there is none."""
    faults = {}
    if not _fits(_EVENT, event):
        faults["event"] = _("An event is a word such as check-sync or check-sync;reboot=true")
    if (body or content_type is not None) and not _fits(_CONTENT_TYPE, content_type or ""):
        faults["content_type"] = _("A content type looks like text/plain")
    if not _is_sendable(body or ""):
        faults["body"] = _("A body has at most %(bytes)d bytes") % {"bytes": MAXIMUM_BODY_BYTES}
    return faults


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= LONGEST_HEADER_CHARACTERS and pattern.match(text) is not None


def _is_sendable(body: str) -> bool:
    try:
        return "\0" not in body and len(body.encode()) <= MAXIMUM_BODY_BYTES
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
