"""Trigrams on SQLite tell which rows may hold a part of a word, never fewer than do, whatever happens to the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError

from console.sqlite3 import trigrams
from endpoints.models import Endpoint
from tests.tenants import make_account, make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(db: None) -> Iterator[Any]:
    """Make endpoints that are called so."""
    account = make_account("Acme")

    def make(*aliases: str) -> list[Endpoint]:
        made = [make_endpoint(account, f"user{number}") for number in range(len(aliases))]
        for endpoint, alias in zip(made, aliases, strict=True):  # which no door need take
            Endpoint.objects.filter(pk=endpoint.pk).update(alias=alias)
        return made

    yield make
    trigrams.is_there.cache_clear()


def found(*texts: str) -> set[str]:
    """The aliases of the rows that may match."""
    wanted = trigrams.wanted_by(texts)
    assert wanted is not None
    rows = Endpoint.objects.filter(pk__in=trigrams.Candidates(Endpoint, wanted))
    return set(rows.values_list("alias", flat=True))


def test_a_part_is_found_whatever_its_case_and_place(named: Any) -> None:
    named("Reception", "Desk reception 2", "Lobby", "ÉCOLE", "école du soir")
    assert found("cept") == found("CEPT") == {"Reception", "Desk reception 2"}
    assert found("école") == {"ÉCOLE", "école du soir"}  # LIKE, which is asked then, tells their case apart
    assert found("rec", "2") == {"Reception", "Desk reception 2"}
    assert found("user2") == {"Lobby"}


@pytest.mark.parametrize(
    "alias", ['say "hi"', "a*b*c", "50%_off", "NEAR(x)", "alias:x", "o'neil", "日本語電話", "x" * 64]
)
def test_no_character_means_anything_to_the_search(named: Any, alias: str) -> None:
    named(alias, "something else")
    assert found(alias) == {alias}


def test_what_is_shorter_than_a_trigram_cannot_be_asked() -> None:
    assert [trigrams.wanted_by(texts) for texts in ([], [""], ["ab"], ["a", "bc"])] == [None] * 4


def test_changed_and_deleted_rows_are_found_as_they_are_now(named: Any) -> None:
    kept, gone = named("Reception", "Receiver")
    Endpoint.objects.filter(pk=kept.pk).update(alias="Lobby")
    assert (found("Rec"), found("obb")) == ({"Receiver"}, {"Lobby"})
    gone.delete()
    assert found("user") == {"Lobby"}
    assert list(trigrams.wrong()) == []


def test_so_many_candidates_are_counted_and_no_more(named: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    named(*(f"Phone {number}" for number in range(5)))
    wanted = trigrams.wanted_by(["Phone"])
    monkeypatch.setattr(trigrams, "MANY", 3)
    counted = Endpoint.objects.values(many=trigrams.CandidateCount(Endpoint, wanted))
    assert counted[0]["many"] == 3


def test_what_a_rebuilt_table_lost_is_there_again_after_the_next_migrate(named: Any) -> None:
    named("Reception")
    with connection.cursor() as cursor:
        for name in trigrams.triggers(Endpoint):
            cursor.execute(f"DROP TRIGGER {name}")
    assert list(trigrams.wrong()) == ["endpoints_endpoint_trigrams"]
    Endpoint.objects.update(alias="Lobby")
    assert (found("Rec"), list(trigrams.wrong())) == ({"Lobby"}, ["endpoints_endpoint_trigrams"])
    trigrams.install()
    assert (found("obb"), list(trigrams.wrong())) == ({"Lobby"}, [])


def test_without_fts5_no_trigger_stands_in_the_way_of_a_write(named: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trigrams, "can_have_trigrams", lambda _connection: False)
    trigrams.install()
    assert not trigrams.is_there(Endpoint)
    Endpoint.objects.filter(pk=named("Reception")[0].pk).update(alias="Lobby")
    monkeypatch.undo()
    trigrams.install()
    assert trigrams.is_there(Endpoint)
    assert found("obb") == {"Lobby"}


def test_an_sqlite_without_fts5_is_told_from_one_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(words: str) -> Any:
        def fail(*_arguments: Any) -> None:
            raise OperationalError(words)

        return fail

    assert trigrams.can_have_trigrams(connection)
    monkeypatch.setattr(trigrams, "_execute", failing("no such module: fts5"))
    assert not trigrams.can_have_trigrams(connection)
    monkeypatch.setattr(trigrams, "_execute", failing("database is locked"))
    with pytest.raises(OperationalError):
        trigrams.can_have_trigrams(connection)
