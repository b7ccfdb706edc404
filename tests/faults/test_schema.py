"""What the OpenAPI document says is what is answered, to right and wrong requests, from every kind of caller."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from console.api.docs import document
from tests.faults.figures import IS_FULL, count, report
from tests.live import LiveConsole

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("schema")]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SECONDS = 60  # for one answer
VALID, READING, FOREIGN, NOBODY = "valid", "reading", "foreign", "nobody"
Described: TypeAlias = APIOperation[Any, Any, Any, Any]
Request: TypeAlias = Case[Any]
CALLERS = (VALID, READING, FOREIGN, "mixed", "disabled", "expired", "nonsense", NOBODY)  # see tests/faults/callers.py
ACCOUNTS = {"auth_id", "account_id"}
ME = "GET /api/v1/auth/me"
TELL = "from tests.faults.callers import tell; tell()"
UNLIMITED = {"TOKEN_FAILURES_PER_MINUTE": "1000000", "EMAIL_URL": "dummymail://"}


@dataclass(frozen=True)
class World:
    """A console, whoever calls it, and the ids of what there is: the account's, and a stranger's."""

    url: str
    tokens: dict[str, list[str]]
    keys: dict[str, str]
    foreign: dict[str, str]
    session: requests.Session = field(default_factory=requests.Session)

    def headers(self, caller: str) -> dict[str, str]:
        """What the caller proves itself with; the Kazoo dialect takes the second alone."""
        if caller == NOBODY:
            return {}
        auth_id, token = self.tokens[caller]
        return {"X-Auth-ID": auth_id, "X-Auth-Token": token}


@pytest.fixture(scope="module")
def world(fresh_database_url: str | None) -> Iterator[World]:
    """A console of its own, on which wrong tokens are not limited: answers that all are 429 would say nothing."""
    with LiveConsole(database_url=fresh_database_url, environment=UNLIMITED) as console:
        told = console.manage_json("shell", "-v", "0", "-c", TELL)
        with requests.Session() as session:
            yield World(console.url, told["tokens"], told["keys"], told["foreign"], session)
        assert console.manage_json("verify", "--json", codes=(0, 1))["broken"] == []


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(document("json"))
    return described


def operations_of(openapi: dict[str, Any]) -> list[Described]:
    """Everything that the document describes; what deletes comes last, so that the rest finds something."""
    found = [each.ok() for each in schemathesis.openapi.from_dict(openapi).get_all_operations() if isinstance(each, Ok)]
    return sorted(found, key=lambda operation: operation.method.upper() == "DELETE")


def requests_to(operation: Described, world: World) -> st.SearchStrategy[Request]:
    """Requests as the document describes them, and ones that break it; most go to objects that are there."""
    kinds = [operation.as_strategy(generation_mode=mode) for mode in modes(operation)]
    ids = st.sampled_from([world.keys, world.keys, world.foreign, {}])
    return st.tuples(st.one_of(kinds), ids).map(lambda drawn: addressed(drawn[0], drawn[1], world))


def modes(operation: Described) -> list[GenerationMode]:
    """Right, and wrong where anything in the operation can be wrong."""
    has_parts = bool(operation.body) or any(True for _part in operation.iter_parameters())
    return [GenerationMode.POSITIVE, GenerationMode.NEGATIVE] if has_parts else [GenerationMode.POSITIVE]


def addressed(case: Request, ids: dict[str, str], world: World) -> Request:
    """The case at the account of the valid token, with those ids; what is not among them stays as it was drawn."""
    for name in case.path_parameters:
        if name in ACCOUNTS:
            case.path_parameters[name] = world.keys[name]
        elif name in ids:
            case.path_parameters[name] = ids[name]
    return case


def fuzz(operation: Described, world: World, caller: str, examples: int) -> Counter[int]:
    """Send so many requests as that caller; returns the statuses. Raises what is wrong with the first bad answer."""
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=examples,
        derandomize=not IS_FULL,  # in CI the same requests every time
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_to(operation, world))
    def send(case: Request) -> None:
        answer = case.call(base_url=world.url, session=world.session, headers=world.headers(caller), timeout=SECONDS)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    send()
    return statuses


def may(caller: str, operation: Described) -> bool:
    """Whether the caller may get what it asks for, at the account of the valid token."""
    if caller == VALID or operation.definition.raw.get("security") == [{}]:
        return True
    return (caller == READING and operation.method.upper() == "GET") or (caller == FOREIGN and operation.label == ME)


@pytest.mark.parametrize("caller", CALLERS)
def test_every_answer_is_as_described(world: World, openapi: dict[str, Any], caller: str) -> None:
    """No 5xx; status, content type, headers and body are those of the document; who may not is not served."""
    operations, examples = operations_of(openapi), count(5, 100) if caller == VALID else count(1, 25)
    assert len(operations) == sum(map(len, openapi["paths"].values()))
    faults: list[str] = []
    served, statuses = set(), Counter[int]()
    for operation in operations:
        try:
            found = fuzz(operation, world, caller, examples)
        except FailureGroup as group:
            faults.append(f"{operation.label}: {[str(each) for each in group.exceptions]}")
            continue
        statuses += found
        if any(status < 300 for status in found):
            served.add(operation.label)
    assert faults == []
    assert served <= {operation.label for operation in operations if may(caller, operation)}
    assert caller != VALID or len(served) > len(operations) / 2
    report(f"the OpenAPI document, by {caller}", operations=len(operations), requests=statuses.total())


# --- that it bites ----------------------------------------------------------------------------------------------------


def without_a_status(operation: dict[str, Any]) -> None:
    operation["responses"]["299"] = operation["responses"].pop("200")


def of_another_type(operation: dict[str, Any]) -> None:
    content = operation["responses"]["200"]["content"]
    content["text/csv"] = content.pop("application/json")


def with_another_body(operation: dict[str, Any]) -> None:
    operation["responses"]["200"]["content"]["application/json"]["schema"] = {"type": "integer"}


@pytest.mark.parametrize("untrue", [without_a_status, of_another_type, with_another_body])
def test_a_document_that_is_not_true_is_found_out(world: World, openapi: dict[str, Any], untrue: Any) -> None:
    wrong = copy.deepcopy(openapi)
    untrue(wrong["paths"]["/api/v1/auth/me"]["get"])
    (operation,) = (each for each in operations_of(wrong) if each.label == ME)
    with pytest.raises(FailureGroup):
        fuzz(operation, world, VALID, examples=1)
