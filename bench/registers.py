"""Registrations per second: the console's Kamailio, beside a plain one with a ``subscriber`` table of its own.

    python -m bench.registers [--subscribers N] [--registrations N] [--rounds N]

Both read and write the same PostgreSQL server (fsync on), hold the same users, and take turns: in each round sipp
registers as many users with each, then the same ones again. A registration is a challenge and its answer, so two
REGISTERs. Prints JSON: the medians per second, and the console's share of the plain one's.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from sip.kamailio.configuration import Options
from sip.kamailio.program import SYSTEM_PATH, kamailio_command
from sip.tests.kamailio.servers import Kamailio
from sip.tests.kamailio.sipp import SCENARIOS
from tests import processes
from tests.postgres import PostgresServer

REALM, PASSWORD = "bench.example", "bench-password"
RPC_SECRET, ROLE_PASSWORD = "rpc-secret-of-the-bench", "role-password"
IN_FLIGHT, MOST_PER_SECOND = 64, 20_000
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "512MB"}
STOCK_TABLES = Path("/usr/share/kamailio/postgres")
HA1 = f"md5('user' || n || ':{REALM}:{PASSWORD}')"
OTHER = "repeat(md5(s.id::text), 2)"
CONSOLE_ROWS = (
    f"""
    INSERT INTO sip_subscriber (created_at, updated_at, realm_id, username, username_key, account_id, kind, enabled,
        allow_voice, allow_message, allow_video, allow_same_domain, allow_other_domains, allow_phones, allow_apps,
        allowed_networks)
    SELECT now(), now(), r.id, 'user' || n, 'user' || n, r.account_id, 'endpoint', true,
        true, true, true, true, true, true, true, '[]'
      FROM generate_series(1, %(rows)s) n JOIN sip_realm r ON r.name = '{REALM}'
    """,
    f"""
    INSERT INTO sip_secret
           (subscriber_id, created_at, md5, md5_lower, sha256, sha256_lower, sha512_256, sha512_256_lower)
    SELECT s.id, now(), {HA1}, {HA1}, {OTHER}, {OTHER}, {OTHER}, {OTHER}
      FROM sip_subscriber s, substring(s.username from 5) n
    """,
)
PLAIN_ROWS = (
    f"""
    INSERT INTO subscriber (username, domain, ha1)
    SELECT 'user' || n, '{REALM}', {HA1} FROM generate_series(1, %(rows)s) n
    """,
)


@dataclass
class Contender:
    """One Kamailio, and how fast it was: for users that were not registered, and for the same ones again."""

    name: str
    port: int
    per_second: dict[str, list[float]] = field(default_factory=lambda: {"new": [], "refresh": []})
    failed: int = 0

    def median(self, kind: str) -> float:
        """Of all rounds."""
        return statistics.median(self.per_second[kind])


def main(arguments: Sequence[str]) -> None:
    """Set the stage, run the rounds, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.registers")
    parser.add_argument("--subscribers", type=int, default=200_000)
    parser.add_argument("--registrations", type=int, default=5_000, help="in each half of a round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="console-registers-")))
        server = stack.enter_context(PostgresServer(**DURABLE))
        contenders = [start(server, directory, options.subscribers, stack) for start in (console, plain)]
        for number in range(options.rounds):
            users = random.sample(range(1, options.subscribers + 1), options.registrations)
            for contender in contenders if number % 2 else reversed(contenders):
                for kind in ("new", "refresh"):
                    register(contender, kind, users, directory)
    sys.stdout.write(json.dumps(result(options, *contenders), indent=2) + "\n")


def result(options: argparse.Namespace, ours: Contender, theirs: Contender) -> dict[str, object]:
    """What is printed."""
    rates = {each.name: {kind: round(each.median(kind)) for kind in each.per_second} for each in (ours, theirs)}
    return {
        **vars(options),
        "registrations_per_second": rates,
        "ratio": {kind: round(ours.median(kind) / theirs.median(kind), 2) for kind in ours.per_second},
        "failed": {each.name: each.failed for each in (ours, theirs)},
        "load_average": [round(each, 1) for each in os.getloadavg()],
    }


# --- the contenders ---------------------------------------------------------------------------------------------------


def console(server: PostgresServer, directory: Path, rows: int, stack: ExitStack) -> Contender:
    """The shipped configuration on the console's own tables."""
    server.create_database("console")
    environment = os.environ | {
        "CONSOLE_ENVIRONMENT": "development",
        "VAR_DIR": str(directory),
        "DATABASE_URL": server.url("console"),
        "REGISTRAR": "kamailio",
        "KAMAILIO_RPC_SECRET": RPC_SECRET,
        "KAMAILIO_DATABASE_PASSWORD": ROLE_PASSWORD,
    }
    for words in (["migrate"], ["kamailio_role"], ["create_account", "--name", "Bench", "--realm", REALM]):
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    fill(server.url("console"), CONSOLE_ROWS, rows, "sip_subscriber, sip_secret")
    options = Options(
        database_url=server.url("console", user="kamailio", password=ROLE_PASSWORD),
        rpc_secret=RPC_SECRET,
        flood_requests=0,
    )
    running = stack.enter_context(Kamailio(directory / "console", options))
    return Contender("console", running.options.sip_port)


def plain(server: PostgresServer, directory: Path, rows: int, stack: ExitStack) -> Contender:
    """Kamailio's own tables and the least configuration that registers phones."""
    server.create_database("plain")
    with psycopg.connect(server.url("plain")) as connection:
        for name in ("standard", "auth_db", "usrloc"):
            connection.execute((STOCK_TABLES / f"{name}-create.sql").read_text())
    fill(server.url("plain"), PLAIN_ROWS, rows, "subscriber")
    port, own = processes.free_port(), directory / "plain"
    own.mkdir()
    shipped = (Path(__file__).parent / "plain_kamailio.cfg").read_text()
    settings = f'#!KAMAILIO\n#!define DATABASE_URL "{server.url("plain")}"\n'
    (own / "kamailio.cfg").write_text(settings + shipped.replace(":PORT\n", f":{port}\n"))
    environment = {"PATH": f"{os.environ['PATH']}:{SYSTEM_PATH}"}
    with (own / "log").open("wb") as log:
        process = processes.start(kamailio_command(own), log=log, environment=environment, directory=own)
    stack.callback(processes.stop, process)
    processes.wait_until(lambda: answers(port), process=process, log=own / "log", timeout_seconds=30)
    return Contender("plain", port)


def fill(url: str, statements: Sequence[str], rows: int, tables: str) -> None:
    """Insert the users."""
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # counters are not what is measured
        for statement in statements:
            connection.execute(statement, {"rows": rows})
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {tables}")


def answers(port: int) -> bool:
    """Whether something speaks SIP there."""
    lines = (
        "OPTIONS sip:x SIP/2.0", f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKx;rport", "From: <sip:x>;tag=x",
        "To: <sip:x>", "Call-ID: x", "CSeq: 1 OPTIONS", "Max-Forwards: 70", "Content-Length: 0", "", "",
    )  # fmt: skip
    with socket.socket(type=socket.SOCK_DGRAM) as phone:
        phone.settimeout(0.5)
        phone.connect((processes.LOOPBACK, port))
        try:
            phone.send("\r\n".join(lines).encode())
            return phone.recv(1000).startswith(b"SIP/2.0 200")
        except OSError:
            return False


# --- the load ---------------------------------------------------------------------------------------------------------


def register(contender: Contender, kind: str, users: Sequence[int], directory: Path) -> None:
    """Register all of them, so many at a time, and note how fast it went."""
    people, statistics_file = directory / "users.csv", directory / "statistics.csv"
    password = f"password={PASSWORD}"
    lines = [f"user{user};{REALM};[authentication username=user{user} {password}];3600" for user in users]
    people.write_text("\n".join(["SEQUENTIAL", *lines, ""]))
    command = [
        "sipp", f"{processes.LOOPBACK}:{contender.port}", "-sf", str(SCENARIOS / "register.xml"), "-inf", str(people),
        "-i", processes.LOOPBACK, "-p", str(processes.free_port()), "-m", str(len(users)), "-l", str(IN_FLIGHT),
        "-r", str(MOST_PER_SECOND), "-trace_stat", "-stf", str(statistics_file), "-nostdin",
    ]  # fmt: skip
    taken = timed(lambda: subprocess.run(command, check=False, capture_output=True, cwd=directory))
    (*_before, last) = csv.DictReader(statistics_file.read_text().splitlines(), delimiter=";")
    statistics_file.unlink()
    succeeded = int(last["SuccessfulCall(C)"])
    contender.failed += len(users) - succeeded
    contender.per_second[kind].append(succeeded / taken)


def timed(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1:])
