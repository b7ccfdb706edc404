"""Whether another source gave the very same answer before: a check that jambonz leaves out, where it is wanted."""

from __future__ import annotations

import hashlib

from django.db import connections
from django.utils import timezone

from console.models import LastUse
from console.routers import volatile_alias
from sip.webhook.judgement import Judgement
from sip.webhook.question import Question

PREFIX = "answer:"
KEY_CHARACTERS = 48
SOURCE_CHARACTERS = 45
FIRST = (
    f"INSERT INTO {LastUse._meta.db_table} (key, at, source) VALUES (%s, %s, %s) "  # noqa: S608  (our own table's name)
    "ON CONFLICT (key) DO UPDATE SET at = excluded.at RETURNING source"
)


def is_replay(question: Question, judgement: Judgement) -> bool:
    """Whether an admitted answer (nonce, count and response) came from another source before; remembers its own.

    A source that the caller may have made up counts as none, so that it never passes for the first one.
    """
    if question.digest is None or judgement.subscriber is None:
        return False
    given = question.digest
    answer = f"{judgement.subscriber.id}:{given.nonce}:{given.nc}:{given.response.lower()}"
    key = PREFIX + hashlib.sha256(answer.encode()).hexdigest()[:KEY_CHARACTERS]
    source = question.source[:SOURCE_CHARACTERS] if question.is_source_trusted else ""
    return first_source(key, source) != source


def first_source(key: str, source: str) -> str:
    """The source that came with this key first, in one statement; ``source`` itself if none did."""
    connection = connections[volatile_alias()]
    with connection.cursor() as cursor:
        cursor.execute(FIRST, [key, connection.ops.adapt_datetimefield_value(timezone.now()), source])
        return str(cursor.fetchone()[0])
