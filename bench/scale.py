"""How much data there is, and who holds it: one account nine tenths, the others the rest."""

from __future__ import annotations

from dataclasses import dataclass

MARKED = 500  # rows that filters look for, whatever the size


@dataclass(frozen=True, slots=True)
class Scale:
    """So many endpoints over so many accounts, and a tenth as many credentials, devices and attempts."""

    endpoints: int
    accounts: int = 1000

    @property
    def beside(self) -> int:
        """How many credentials, devices and attempts there are, each."""
        return min(max(self.endpoints // 10, 1000), 100_000)

    def held_by_the_large(self, rows: int) -> int:
        """How many of ``rows`` the large account holds: the first ones."""
        return rows * 9 // 10


def parse_size(text: str) -> int:
    """``1k``, ``100k``, ``1m`` or a plain number. Raises ``ValueError``."""
    factor = {"k": 1000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    return int(text[:-1] if factor > 1 else text) * factor


def spoken(size: int) -> str:
    """The same, the other way round."""
    for factor, letter in ((1_000_000, "M"), (1000, "k")):
        if size % factor == 0:
            return f"{size // factor}{letter}"
    return str(size)
