"""What a backup says of itself: of which moment and release it is, its checksum, and how many rows each table holds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.apps import apps

from console.routers import is_volatile
from console.version import VERSION

NAME = "manifest.json"
CHUNK_BYTES = 1 << 20


class Unusable(Exception):
    """A backup that is not what its manifest says, or not for this console; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``rows`` are by table; ``vendor`` is ``sqlite`` or ``postgresql``; ``made_at`` is UTC in ISO 8601."""

    made_at: str
    vendor: str
    file: str
    sha256: str
    size_bytes: int
    rows: dict[str, int]
    version: str = VERSION

    def write(self, directory: Path) -> None:
        """Put it beside the copy."""
        (directory / NAME).write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n")


def read(directory: Path) -> Manifest:
    """The manifest of a backup whose copy has been found whole. Raises ``Unusable``."""
    try:
        manifest = Manifest(**json.loads((directory / NAME).read_text()))
    except FileNotFoundError:
        raise Unusable(f"{directory} holds no {NAME}: it is no backup, or an unfinished one.") from None
    except (OSError, TypeError, ValueError) as error:
        raise Unusable(f"{directory / NAME} cannot be read: {error}.") from error
    copy = directory / manifest.file
    if not copy.is_file() or checksum(copy) != manifest.sha256:
        raise Unusable(f"{copy} is not what was backed up: its checksum differs.")
    return manifest


def checksum(path: Path) -> str:
    """SHA-256 of a file, in constant memory."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def tables() -> list[str]:
    """Every table of the default database whose rows are worth keeping: those that are counted."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted({model._meta.db_table for model in models if not is_volatile(model)})


def counts(cursor: Any) -> dict[str, int]:
    """The rows of each table, as the transaction of ``cursor`` sees them."""
    found = {}
    for table in tables():
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  (our own tables' names)
        found[table] = int(cursor.fetchone()[0])
    return found


def differences(expected: dict[str, int], found: dict[str, int]) -> list[str]:
    """The tables whose number of rows is another than the manifest says, in words."""
    wrong = (table for table in sorted(expected) if found.get(table) != expected[table])
    return [f"{table}: {found.get(table)} rows, not {expected[table]}" for table in wrong]
