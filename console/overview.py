"""What an overview is made of. Each app adds what it knows: cards, what needs attention, steps of a first run.

Everything is asked with an account, or with None for the whole platform (cards and notices only).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.sections import Words

if TYPE_CHECKING:
    from accounts.models import Account


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that needs attention: one sentence, and where to see to it."""

    text: Words
    url: str = ""
    tone: str = "warn"  # "bad" where phones or calls are refused


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a first run: what to do and why, and the button that does it."""

    label: Words
    text: Words
    icon: str
    is_done: bool
    button: Words
    url: str
    is_last: bool = False  # once it is done, the first run is over


@dataclass(frozen=True, slots=True)
class Card:
    """A panel of figures, drawn by ``template`` from what ``figures`` returns."""

    name: str
    template: str
    figures: Callable[[Account | None], dict[str, Any]]
    order: int = 50


_cards: dict[str, Card] = {}
notices: list[Callable[[Account | None], Iterable[Notice]]] = []
steps: list[Callable[[Account], Iterable[Step]]] = []  # after those that create something


def register(card: Card) -> Card:
    """Add a card; called when an app is ready."""
    _cards[card.name] = card
    return card


def cards(account: Account | None) -> list[tuple[str, dict[str, Any]]]:
    """Template and figures of every card."""
    ordered = sorted(_cards.values(), key=lambda card: card.order)
    return [(card.template, card.figures(account)) for card in ordered]


def attention(account: Account | None) -> list[Notice]:
    """What needs attention, the gravest first."""
    found = [notice for source in notices for notice in source(account)]
    return sorted(found, key=lambda notice: notice.tone != "bad")
