"""The database role that Kamailio logs in as, and the console's own rights to set it up."""

from __future__ import annotations

import psycopg
import pytest

from sip.tests.kamailio import world as console
from sip.tests.kamailio.conftest import REAL, Stage

pytestmark = REAL
PASSWORD = "a-password-for-kamailio"


def test_a_role_is_made_once_and_keeps_its_rights(stage: Stage) -> None:
    rights = {
        "sip.subscriber_current SELECT": True,
        "sip.location DELETE": True,
        "sip.failed_attempt SELECT": False,
        "sip_secret SELECT": False,
    }
    assert stage.world.run(console.role_set, "kamailio_two", PASSWORD, list(rights)) == (True, list(rights.values()))
    assert stage.world.run(console.role_set, "kamailio_two", PASSWORD, list(rights)) == (False, list(rights.values()))


def test_kamailio_joins_by_index_only(stage: Stage) -> None:
    query = "EXPLAIN SELECT ha1 FROM sip.subscriber_current WHERE username = 'a' AND domain = 'b'"
    with psycopg.connect(stage.options.database_url) as session:
        plan = "\n".join(line for (line,) in session.execute(query).fetchall())
    assert "Nested Loop" in plan
    assert "Hash Join" not in plan
    assert "Merge Join" not in plan


def test_the_password_reaches_the_server_as_a_verifier_only(stage: Stage) -> None:
    said = stage.world.run(console.said_by_role_set, "kamailio_three", PASSWORD)
    assert "SCRAM-SHA-256$" in said
    assert PASSWORD not in said


@pytest.mark.parametrize("password", ["short", "with@sign-and-more", "a" * 129, ""])
def test_a_password_that_kamailios_url_could_not_hold_is_refused(stage: Stage, password: str) -> None:
    with pytest.raises(Exception, match="12 to 128 characters"):
        stage.world.run(console.role_set, "kamailio_four", password, [])


def test_the_command_prints_a_password_that_it_made_up_once(stage: Stage) -> None:
    assert "(shown once)" in stage.world.run(console.role_command, "kamailio_five", "")
    assert PASSWORD not in stage.world.run(console.role_command, "kamailio_five", PASSWORD)


def test_a_console_that_may_not_create_schemas_says_so_if_kamailio_needs_it(stage: Stage) -> None:
    assert "CREATE" in stage.world.run(console.install_without_rights, "kamailio")
    assert stage.world.run(console.install_without_rights, "webhook") == ""
