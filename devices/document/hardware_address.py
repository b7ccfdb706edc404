"""MAC addresses: any common spelling in, twelve lower-case hexadecimal digits stored, pairs with colons shown."""

from __future__ import annotations

import re

_SHORT_PAIRS = re.compile(r"[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5}\Z")
_SEPARATORS = re.compile(r"[\s:.\-]")
_CANONICAL = re.compile(r"[0-9a-f]{12}\Z")


def canonical_mac(text: str) -> str | None:
    """Give twelve lower-case digits for ``00:04:F2:AB:7E:FD``, ``0004.f2ab.7efd``, ``0:4:f2:ab:7e:fd``, else None."""
    written = text.strip().lower()
    if _SHORT_PAIRS.match(written):
        return "".join(pair.zfill(2) for pair in re.split("[:-]", written))
    digits = _SEPARATORS.sub("", written)
    return digits if _CANONICAL.match(digits) else None


def printed_mac(text: str) -> str:
    """Give ``00:04:f2:ab:7e:fd`` for a MAC in any common spelling, and any other text as it is."""
    digits = canonical_mac(text)
    return text if digits is None else ":".join(digits[at : at + 2] for at in range(0, 12, 2))
