"""Views, tables and rights: installed after migrations, out of the way during them, and nothing but what is needed."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from sip.kamailio import apps, schema
from sip.models import Subscriber
from sip.tests.registrar.postgresql.rows import run


def views() -> set[str]:
    return {name for (name,) in run("SELECT viewname FROM pg_views WHERE schemaname = 'sip'")}


ALL = {view.name for view in schema.VIEWS}


def test_everything_is_there_after_migrations(db: None) -> None:
    assert views() == ALL
    assert run("SELECT to_regclass('sip.location') IS NOT NULL, to_regclass('sip.failed_attempt') IS NOT NULL") == [
        (True, True)
    ]


def test_what_is_there_costs_two_statements(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        schema.install()


def test_views_step_aside_for_migrations_and_come_back(db: None) -> None:
    apps.step_aside(using="default", plan=["something to migrate"])
    assert views() == set()
    run("ALTER TABLE sip_secret ALTER md5_lower TYPE varchar(40)")
    apps.install(using="default")
    assert views() == ALL


def test_views_stay_when_nothing_is_to_be_migrated(db: None) -> None:
    apps.step_aside(using="default", plan=[])
    assert views() == ALL


def test_a_view_of_an_older_version_is_replaced(db: None) -> None:
    run("CREATE VIEW sip.forgotten AS SELECT 1 AS one")
    run("COMMENT ON SCHEMA sip IS 'console of another version'")
    schema.install()
    assert views() == ALL


def test_an_app_may_add_a_view_of_its_own(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "VIEWS", list(schema.VIEWS))
    schema.register(schema.View("extra", "SELECT 1 AS one"))
    schema.install()
    assert views() == {*ALL, "extra"}


@pytest.mark.parametrize(("statement", "count"), [
    ("SELECT 1", 1),
    ("UPDATE sip_subscriber SET enabled = false", 0),
    ("UPDATE accounts_account SET enabled = false", 0),
    ("UPDATE sip_secret SET valid_until = now() + interval '1 hour'", 0),
])  # fmt: skip
def test_the_current_view_shows_current_secrets_of_who_is_live(
    subscriber: Subscriber, statement: str, count: int
) -> None:
    run(statement)
    assert len(run("SELECT 1 FROM sip.subscriber_current")) == count


def test_the_previous_view_shows_a_secret_until_its_overlap_ends(subscriber: Subscriber) -> None:
    run("UPDATE sip_secret SET valid_until = now() + interval '1 hour'")
    assert run("SELECT username, domain FROM sip.subscriber_previous") == [("Reception", "sip.vobiz.ai")]
    run("UPDATE sip_secret SET valid_until = now() - interval '1 second'")
    assert run("SELECT 1 FROM sip.subscriber_previous") == []


def test_each_digest_has_its_hash(subscriber: Subscriber) -> None:
    secret = subscriber.secrets.get()
    assert run("SELECT ha1 FROM sip.subscriber_current") == [(secret.md5_lower,)]
    assert run("SELECT ha1 FROM sip.subscriber_current_sha256") == [(secret.sha256_lower,)]


@pytest.mark.parametrize(
    ("given", "listed"),
    [
        ('["10.1.2.3/8", "192.0.2.1"]', "10.0.0.0/8,192.0.2.1/32"),
        ('["10.0.0.0/255.255.0.0"]', "10.0.0.0/16"),
        ('["2001:db8::1/32"]', "2001:db8::/32"),
        ('["nonsense", "10.0.0.0/99"]', "none"),
        ("[]", "none"),
    ],
)
def test_networks_are_listed_as_kamailio_reads_them(db: None, given: str, listed: str) -> None:
    assert run("SELECT sip.network_list(%s::jsonb)", given) == [(listed,)]


def test_from_anywhere_is_an_empty_list(subscriber: Subscriber) -> None:
    assert run("SELECT networks FROM sip.subscriber_current") == [("",)]
