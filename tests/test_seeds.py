"""Every request that the published pages print, run as printed through curl, against a running console."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import closing

import pytest

from tests.live import LiveConsole
from tests.seed_answers import CASES, Case
from tests.seed_requests import PAGES, Answer, Reader, printed, unlike

Outcome = tuple[Case, Answer, list[str]]


@pytest.fixture(scope="module")
def outcomes(live_console: LiveConsole) -> list[Outcome]:
    """Every case run in order: its answer, and where that is not as expected."""
    reader = Reader(live_console)
    with closing(reader.client):
        return [outcome_of(case, reader) for case in CASES]


def outcome_of(case: Case, reader: Reader) -> Outcome:
    if case.before is not None:
        case.before(reader)
    answer = reader.run(printed(case.page)[case.name], case.edits)
    return case, answer, unlike(reader.filled(case.body), answer.body)


@pytest.mark.parametrize("place", range(len(CASES)), ids=[str(case) for case in CASES])
def test_it_answers_as_printed_or_as_decided(place: int, outcomes: list[Outcome]) -> None:
    case, answer, faults = outcomes[place]
    assert (answer.status, faults) == (case.status, []), answer.text


def test_the_table_is_printed(outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"  {answer.status}  {case}" for case, answer, _faults in outcomes]
    with capsys.disabled():
        sys.stdout.write("\n\nprinted request -> answer\n" + "\n".join(lines) + "\n")
    assert len(lines) == len(CASES)


def test_every_printed_request_is_run() -> None:
    pages = {path.stem: set(printed(path.stem)) for path in PAGES.glob("*.txt")}
    ran = Counter((case.page, case.name) for case in CASES)
    assert {(page, name) for page, names in pages.items() for name in names} == set(ran)
