"""What each request may cost (the table in ``bench.cases``), and that the benchmark measures what it says."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from django.db import transaction

from accounts.models import Account
from bench import facts as facts_found
from bench import load, results
from bench.__main__ import BEGIN, END, parsed, replaced
from bench.cases import CASES, Asked, Facts
from bench.client import Contender, compete, growth, ratio
from bench.loading import fill
from bench.rehearsal import fresh_name, rehearse
from bench.scale import Scale, parse_size, spoken
from bench.score import Score
from bench.visitors import visit
from console import counters
from credentials.models import Credential
from devices.models import Device
from endpoints.models import Endpoint
from tests.live import LiveConsole


@pytest.fixture
def large(db: None) -> Account:
    return fill(Scale(60, accounts=3))


@pytest.fixture
def facts(large: Account, connections_stay: None) -> Facts:
    return visit(large)


def test_copied_rows_are_counted_and_owned_as_planned(large: Account) -> None:
    assert Endpoint.objects.of(large).count() == 54 + 1
    for model in (Endpoint, Credential, Device):
        for account in Account.objects.all():
            rows: Any = model.objects
            assert counters.total(model, account.pk) == rows.filter(account=account).count()


def test_every_request_stays_within_its_budget_and_its_floor_can_be_played(facts: Facts) -> None:
    """On both databases: no statement and no function call more than the targets allow."""
    faults = []
    for case in CASES:
        score, calls = rehearse(case.ask(facts))
        if case.most_statements is not None and score.statements > case.most_statements:
            faults.append(f"{case.name}: {score.statements} statements")
        if case.most_calls is not None and calls > case.most_calls:
            faults.append(f"{case.name}: {calls} calls")
        played_again(score)
    assert not faults


def played_again(score: Score) -> None:
    """A floor executes all that the console did: twice, since nothing of it may clash."""
    with transaction.atomic():
        for _time in range(2):
            score.play(fresh_name())


def test_contenders_are_asked_in_turn(live_console: LiveConsole) -> None:
    one, other = (Contender(name, live_console.port, Asked("GET", "/healthz")) for name in ("one", "other"))
    compete([one, other], rounds=2, requests=3, processors={live_console.port: iter(range(100)).__next__})
    assert [len(taken) for taken in one.rounds] == [3, 3]
    assert ratio(one, other) > 0
    assert growth(one, other) > 0
    assert one.processor_milliseconds > 0


def test_a_report_names_what_is_missed() -> None:
    case = next(case for case in CASES if case.least_ratio and case.most_growth)
    measured = results.Measured(1000, 2.0, 1.0, 0.5, 1.0, 0.5, 99, 99_999, 500)
    row = results.Row("sqlite", case.name, [measured], 2.0, "1k", 0.1)
    row.missed = results.missed(case, row)
    assert [words.split()[0] for words in row.missed] == ["ratio", "99999", "99", "2.00"]
    fact = results.Fact("sqlite", "export", "0.1", "0.3", is_met=False)
    report = results.Report("today", {"Python": "3"}, {"rounds": 7}, [row], [fact])
    text = results.markdown(report)
    assert f"**{case.name}**" in text
    assert "- sqlite, export: 0.1." in text
    assert json.loads(json.dumps(report.as_json()))["rows"][0]["missed"] == row.missed


def test_only_the_marked_part_of_a_document_is_replaced() -> None:
    assert replaced(f"before {BEGIN} old {END} after", "new") == f"before {BEGIN}\n\nnew\n{END} after"
    with pytest.raises(ValueError, match="no <!--"):
        replaced("nothing", "new")


TOLD: dict[str, dict[str, Any]] = {
    "bench.exports": {
        "rows": 9, "export_seconds": 4, "bare_seconds": 1, "ratio": 0.25, "processor_ratio": 0.26, "peak_memory_mb": 90,
    },
    "bench.imports": {
        "apply_seconds": 2, "bare_seconds": 1, "ratio": 0.5, "ratio_with_dry_run": 0.4, "created": 9,
        "peak_memory_mb": 90,
    },
    "bench.validation": {"request": 10.0, "validation": 0.6},
    "bench.instructions": {"endpoint list": [3_000_000, 1_500_000]},
}  # fmt: skip


def test_facts_say_what_was_found_and_whether_it_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = MagicMock(size=1000, rehearsed={case.name: {} for case in CASES})
    monkeypatch.setattr(facts_found, "run_module", lambda name, *_words, **_options: json.dumps(TOLD[name]))
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/there")
    measures = (facts_found.export, facts_found.imported, facts_found.validation, facts_found.instructions)
    found = [fact for measure in measures for fact in measure("sqlite", stage)]
    assert [fact.is_met for fact in found] == [False, True, True, True, True, False, True]
    assert found[-1].found == "3.0 M against 1.5 M: 0.50"


@pytest.mark.real
def test_the_load_tool_sends_what_it_is_told(live_console: LiveConsole) -> None:
    """And a refusal is no success: nothing is measured by the time that it takes."""
    asked = Asked("GET", "/healthz?{name}", {"X-Any": "[one]"})
    assert load.drive(live_console.port, [asked], seconds=1).requests > 0
    with pytest.raises(load.LoadFailedError, match="failed"):
        load.drive(live_console.port, [Asked("POST", "/webhooks/auth", {}, "{}")], seconds=1)


@pytest.mark.parametrize(("text", "size"), [("1k", 1000), ("1M", 1_000_000), ("250", 250)])
def test_sizes_are_said_shortly(text: str, size: int) -> None:
    assert parse_size(text) == size
    assert spoken(size) == text


def test_quick_is_small() -> None:
    options = parsed(["--quick", "--databases", "sqlite"])
    assert (options.sizes, options.only) == ([1000], "requests")


def test_the_command_says_how_it_is_used() -> None:
    script = Path(__file__).resolve().parent.parent / "script" / "bench"
    assert os.access(script, os.X_OK)
