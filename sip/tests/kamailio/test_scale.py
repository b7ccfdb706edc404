"""Two hundred thousand subscribers in one realm: every look-up of Kamailio goes through an index."""

from __future__ import annotations

import re

from sip.tests.kamailio import world as console
from sip.tests.kamailio.conftest import REAL, Stage

pytestmark = REAL
ROWS = 200_000
WHERE = "WHERE username = 'load123456' AND domain = 'acme.example'"
QUERIES = {
    **{view: f"SELECT ha1, networks, allow_voice, allow_same_domain FROM sip.{view} {WHERE}"
       for view in ("subscriber_current", "subscriber_previous", "subscriber_current_sha256")},
    "location": f"SELECT contact FROM sip.location {WHERE}",
}  # fmt: skip
SCANS = re.compile(r"Seq Scan on (sip_subscriber|sip_secret|location)\b")


def test_every_look_up_of_kamailio_uses_an_index(stage: Stage) -> None:
    plans = stage.world.run(console.plans_at_scale, ROWS, QUERIES)
    whole_tables = [found for plan in plans.values() for found in SCANS.findall(plan)]
    assert whole_tables == []
    assert "sip_subscriber_kamailio" in plans["subscriber_current"]
    assert [name for name, plan in plans.items() if "rows=1 " in plan.splitlines()[0]] == [
        "subscriber_current", "subscriber_current_sha256", "location",
    ]  # fmt: skip
