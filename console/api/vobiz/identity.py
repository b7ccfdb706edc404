"""``api_id``: the UUID that every documented response carries."""

from __future__ import annotations

import re
import uuid
from typing import Any

HEXADECIMAL = re.compile(r"[0-9a-f]{32}\Z")


def api_id_of(request: Any) -> str:
    """Return the request's id as a UUID, so that a response can be found in the log; a fresh one if it is no UUID."""
    request_id = getattr(request, "request_id", "")
    if not HEXADECIMAL.match(request_id):
        return str(uuid.uuid4())
    return "-".join((request_id[:8], request_id[8:12], request_id[12:16], request_id[16:20], request_id[20:]))
