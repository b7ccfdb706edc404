"""Which of the two documented response profiles a client gets.

The documents show two bodies for one response: that of the prose (fuller), and that of the OpenAPI block, from which
the official SDKs were generated. Those refuse keys they do not know, and every one of them names itself in a header.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

SDK_HEADER = "X-Fern-Language"


class Profile(Enum):
    """The body of the prose, or exactly that of the OpenAPI block."""

    NARRATIVE = "narrative"
    OPENAPI = "openapi"


def profile_of(request: Any) -> Profile:
    """The profile for the client of ``request``."""
    return Profile.OPENAPI if "HTTP_X_FERN_LANGUAGE" in request.META else Profile.NARRATIVE
