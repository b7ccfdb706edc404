"""What the parsers of SIP text share: quoted strings (RFC 3261 section 25.1) and what counts as text. Linear time."""

from __future__ import annotations

BLANKS = " \t\r\n"


def is_plain_text(text: str, most_characters: int) -> bool:
    """Whether the text is of a sane length and can be hashed and stored: no NUL and no lone surrogate."""
    if len(text) > most_characters or "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def closing_quote(text: str, opening: int) -> int:
    """Index of the quote that ends the quoted string opened at ``opening``, or -1 if it stays open."""
    position = opening + 1
    while position < len(text):
        if text[position] == '"':
            return position
        position += 2 if text[position] == "\\" else 1
    return -1


def split_outside_quotes(text: str, separator: str) -> list[str] | None:
    """Split at each separator that is neither in a quoted string nor between ``<`` and ``>``.

    ``None`` if a quoted string or a bracket stays open.
    """
    pieces, start, position = [], 0, 0
    while position < len(text):
        if text[position] in '"<':
            position = closing_quote(text, position) if text[position] == '"' else text.find(">", position)
            if position < 0:
                return None
        elif text[position] == separator:
            pieces.append(text[start:position])
            start = position + 1
        position += 1
    return [*pieces, text[start:]]


def inside_quotes(text: str) -> str | None:
    """What one quoted string holds, its escapes kept; ``None`` if the text is not one quoted string from end to end."""
    if not text.startswith('"') or closing_quote(text, 0) != len(text) - 1:
        return None
    return text[1:-1]


def unescape(text: str) -> str:
    r"""Undo ``\"`` and ``\\``. Any other backslash stands for itself: clients that escape nothing mean it so."""
    return "\\".join(part.replace('\\"', '"') for part in text.split("\\\\"))
