"""The raw ``Authorization: Digest`` header of a SIP request (RFC 3261 section 25.1), and what jambonz misread of it."""

from __future__ import annotations

import string
from collections.abc import Mapping

from sip.text import BLANKS, inside_quotes, is_plain_text, split_outside_quotes, unescape

SCHEME = "digest"
MAX_HEADER_CHARACTERS = 8192
TOKEN_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-.!%*_+`'~")
IDENTITY = ("username", "realm")
REQUIRED = (*IDENTITY, "nonce", "uri", "response")
DIGEST_FIELDS = (*REQUIRED, "algorithm", "qop", "cnonce", "nc", "opaque")


def parse(header: object) -> dict[str, str] | None:
    r"""Read a Digest header into its parameters: names in lower case, values without quotes, ``\"`` and ``\\`` undone.

    ``None`` for anything else: another scheme, a parameter twice, an open quote, no text, more than 8192 characters.
    """
    parameters = _parameters(header)
    return None if parameters is None else {name: _value(written) for name, written in parameters.items()}


def heal(fields: Mapping[str, object], header: object) -> dict[str, object]:
    """The fields of the webhook's body, its digest values replaced by those of the raw header where that is sound.

    jambonz cuts values at a comma or an escaped quote, reports MD5 for an algorithm that is unquoted and last, and
    finds names inside other values. That last fault can be provoked, and jambonz goes on to act for the name it read:
    so the header counts only if username and realm as reported are what jambonz makes of the header's own.
    """
    healed = dict(fields)
    written = _parameters(header)
    if written is None or not written.keys() >= set(REQUIRED):
        return healed
    if not all(_is_reading_of(fields.get(name), written[name]) for name in IDENTITY):
        return healed
    for name in DIGEST_FIELDS:
        healed.pop(name, None)
        if name in written:
            healed[name] = _value(written[name])
    return healed


def _parameters(header: object) -> dict[str, str] | None:
    """The parameters as written, quotes and escapes kept."""
    if not isinstance(header, str) or not is_plain_text(header, MAX_HEADER_CHARACTERS):
        return None
    header = header.strip(BLANKS)
    after_scheme = len(SCHEME)
    if header[:after_scheme].lower() != SCHEME or not header[after_scheme:].startswith(tuple(BLANKS)):
        return None
    parameters: dict[str, str] = {}
    pieces = split_outside_quotes(header[after_scheme:], ",") or ()
    for piece in filter(None, (piece.strip(BLANKS) for piece in pieces)):  # a stray comma does no harm
        name, _equals, written = (part.strip(BLANKS) for part in piece.partition("="))
        if not _is_token(name) or name.lower() in parameters or not _is_value(written):
            return None
        parameters[name.lower()] = written
    return parameters or None


def _is_token(name: str) -> bool:
    return bool(name) and TOKEN_CHARACTERS.issuperset(name)


def _is_value(written: str) -> bool:
    """Whether it is a quoted string or, as clients also send values that should be quoted, one word."""
    return inside_quotes(written) is not None or (bool(written) and not set(written) & {'"', *BLANKS})


def _value(written: str) -> str:
    quoted = inside_quotes(written)
    return written if quoted is None else unescape(quoted)


def _is_reading_of(reported: object, written: str) -> bool:
    """Whether jambonz reports this for a value so written: as it is, or as its pattern ``"?(.+?)[",]`` cuts it."""
    bare = written.removeprefix('"')
    cut = bare[:1] + bare[1:].partition('"')[0].partition(",")[0]
    return reported in (_value(written), cut)
