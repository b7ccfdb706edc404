"""Before the servers start: fill the database if it is empty, then play every case once, in this process.

    python -m bench.rehearsal SIZE SCORES_FILE [WORD...]

Works in the database of the settings. Writes the scores that the floor plays, and prints JSON: for each case the
request, and what noise cannot touch: SQL statements and Python function calls of console and floor.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import django

from bench.cases import HOST, NAME, Asked, Facts, by_name, floor_path
from bench.floor import SCORES, scores
from bench.scale import Scale
from bench.score import Answer, Score, compose, recording

WARM_UP, TAKES = 3, 4


def main(size: int, scores_file: Path, words: list[str]) -> None:
    """Rehearse, write, print."""
    facts = facts_of(size)
    found: dict[str, Score] = {}
    told: dict[str, Any] = {}
    for case in by_name(words):
        asked = case.ask(facts)
        found[case.name], calls = rehearse(asked)
        told[case.name] = {"asked": asdict(asked), "statements": found[case.name].statements, "calls": calls}
    scores_file.write_bytes(pickle.dumps(found))
    os.environ[SCORES] = str(scores_file)
    scores.cache_clear()
    for name in found:
        told[name]["floor_calls"] = calls_of(floor_of(name, told[name]["asked"]))
    sys.stdout.write(json.dumps({"cases": told, "endpoints": facts.endpoints}))


def facts_of(size: int) -> Facts:
    """What requests are made of, from a filled database."""
    from django.core.management import call_command

    from accounts.models import Account
    from bench.loading import LARGE, fill, settle
    from bench.visitors import visit

    call_command("prepare")
    large = Account.objects.filter(name=LARGE, parent=None).first()
    if large is None:
        large = fill(Scale(size))
        settle()
    return visit(large)


def rehearse(asked: Asked) -> tuple[Score, int]:
    """Ask until all is warm, record the request under two names, and count the function calls of a third.

    What happens once a minute (a token's last use) may fall into one of the takes: then both are taken anew.
    """
    for _time in range(WARM_UP):
        send(asked, fresh_name())
    for takes_left in reversed(range(TAKES)):
        try:
            return recorded(asked), calls_of(asked)
        except ValueError as error:
            if not takes_left:
                raise ValueError(f"{asked.method} {asked.path}: {error}") from error
    raise AssertionError("the last take returns or raises")


def recorded(asked: Asked) -> Score:
    """The score of a request, from two takes. Raises ``ValueError`` where they are not alike."""
    names, takes = (fresh_name(), fresh_name()), []
    for name in names:
        with recording() as steps:
            answer = send(asked, name)
        takes.append(steps)
    return compose(names, (takes[0], takes[1]), answer)


def floor_of(case: str, asked: dict[str, Any]) -> Asked:
    """The same request at the floor's address."""
    return Asked(**{**asked, "path": floor_path(case)})


def fresh_name() -> str:
    """A name that nothing has."""
    return "n" + os.urandom(6).hex()


def send(asked: Asked, name: str) -> Answer:
    """One request to the application as a server makes it. Raises ``ValueError`` for a refusal."""
    response = application()(environ(asked, name), lambda _status, _headers, _error=None: bytes)
    body = b"".join(response)
    answer = Answer(response.status_code, dict(response.headers), body)
    response.close()
    if answer.status >= 300:
        raise ValueError(f"{asked.method} {asked.path}: {answer.status} {body[:300]!r}")
    return answer


@cache
def application() -> Any:
    """The WSGI application, made once: its middleware looks for all static files."""
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


def environ(asked: Asked, name: str) -> dict[str, Any]:
    """What a WSGI server would hand over."""
    from django.test import RequestFactory

    headers = {"Host": HOST, **asked.headers}
    content_type = headers.pop("Content-Type", "application/octet-stream")
    made = RequestFactory(headers=headers).generic(
        asked.method, asked.path.replace(NAME, name), asked.payload(name), content_type=content_type
    )
    found: dict[str, Any] = made.environ
    return found


def calls_of(asked: Asked) -> int:
    """How many Python functions one warm request calls, from the server's call to the last byte."""
    send(asked, fresh_name())
    handler, given, count = application(), environ(asked, fresh_name()), 0

    def profile(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        response = handler(given, lambda _status, _headers, _error=None: bytes)
        b"".join(response)
    finally:
        sys.setprofile(None)
    response.close()
    return count


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
