"""Writers that keep a journal of what was acknowledged, and the comparison of the journal with what is there."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx

from sip.hashing import Algorithm, ha1
from tests.live import LiveConsole

PATIENCE_SECONDS = 90  # longer than a key is held whose request was cut off
SECONDS = 10  # for one request; one that is cut off may or may not have been carried out


def wait_for(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so in good time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


@dataclass
class Known:
    """What a writer knows of one endpoint: the passwords that may be current, and whether it may be there or gone."""

    endpoint_id: str
    passwords: list[str]
    is_gone: bool | None = False  # None: what came of a deletion is not known


@dataclass(frozen=True)
class Creation:
    """A POST for a new endpoint; half of them carry a key, and may be sent again."""

    username: str
    password: str
    has_key: bool

    def send(self, client: httpx.Client) -> httpx.Response:
        headers = {"Idempotency-Key": self.username} if self.has_key else {}
        body = {"username": self.username, "password": self.password, "alias": "Load"}
        return client.post("/Endpoint/", json=body, headers=headers)


@dataclass
class Writer:
    """Creates, rotates and deletes endpoints of one account until told to stop or cut off."""

    url: str
    headers: dict[str, str]
    name: str
    random: random.Random
    known: dict[str, Known] = field(default_factory=dict)
    uncertain: dict[str, Creation] = field(default_factory=dict)  # those of which it is not known what came of them
    unannounced: set[str] = field(default_factory=set)  # usernames of those that turned out to be there
    acknowledged: int = 0
    refused: list[int] = field(default_factory=list)

    def work(self, stop: threading.Event) -> None:
        with self._client() as client:
            while not stop.is_set():
                try:
                    self._one(client)
                except httpx.TransportError:
                    stop.wait(0.05)

    def ask_again(self) -> Iterator[str]:
        """Send what has a key and an unknown end once more: it has to be there afterwards, made then or now."""
        with self._client() as client:
            for creation in [each for each in self.uncertain.values() if each.has_key]:
                if not wait_for(partial(self._create, client, creation)):
                    yield f"{creation.username}: sent again with its key, and answered {self.refused[-1]}"

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=SECONDS)

    def _one(self, client: httpx.Client) -> None:
        there = [username for username, known in self.known.items() if known.is_gone is False]
        choice = self.random.random()
        if len(there) < 3 or choice < 0.5:
            self._create(client, self._creation())
        elif choice < 0.8:
            self._rotate(client, self.random.choice(there))
        else:
            self._delete(client, self.random.choice(there))

    def _creation(self) -> Creation:
        has_key = self.random.random() < 0.5
        return Creation(f"{self.name}n{self.random.randrange(10**9)}", self._password(), has_key)

    def _create(self, client: httpx.Client, creation: Creation) -> bool:
        self.uncertain[creation.username] = creation
        answer = creation.send(client)
        is_done = self._is_done(answer, 201)
        if is_done is not None:
            del self.uncertain[creation.username]
        if is_done:
            self.known[creation.username] = Known(answer.json()["endpoint_id"], [creation.password])
        return bool(is_done)

    def _rotate(self, client: httpx.Client, username: str) -> None:
        known, password = self.known[username], self._password()
        known.passwords.append(password)  # until it is answered, either may be the one
        answer = client.post(f"/Endpoint/{known.endpoint_id}/", json={"password": password})
        is_done = self._is_done(answer, 202)
        if is_done is not None:
            known.passwords = [password] if is_done else known.passwords[:-1]

    def _delete(self, client: httpx.Client, username: str) -> None:
        known = self.known[username]
        known.is_gone = None
        answer = client.delete(f"/Endpoint/{known.endpoint_id}/")
        known.is_gone = self._is_done(answer, 204)

    def _is_done(self, answer: httpx.Response, status: int) -> bool | None:
        """Whether it was carried out; ``None`` is "not known": a COMMIT may have come through, and its answer not."""
        if answer.status_code == status:
            self.acknowledged += 1
            return True
        self.refused.append(answer.status_code)
        return None if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else False

    def _password(self) -> str:
        return f"Secret{self.random.randrange(10**12)}"


class Load:
    """A few writers on one account of a console."""

    def __init__(self, console: LiveConsole, *, writers: int = 3, seed: int = 1) -> None:
        self.console = console
        created = console.manage_json("create_account", "--name", f"Load {seed}", "--json")
        self.auth_id: str = created["auth_id"]
        console.lift_rate_limit(self.auth_id)
        self.kazoo_id: str = created["kazoo_account_id"]
        self.headers = {"X-Auth-ID": self.auth_id, "X-Auth-Token": created["auth_token"]}
        self.url = f"{console.url}/api/v1/Account/{self.auth_id}"
        self.writers = [
            Writer(self.url, self.headers, f"s{seed}w{number}", random.Random(f"{seed}-{number}"))
            for number in range(writers)
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have the writers write."""
        stop = threading.Event()
        threads = [threading.Thread(target=writer.work, args=(stop,)) for writer in self.writers]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    @property
    def acknowledged(self) -> int:
        return sum(writer.acknowledged for writer in self.writers)

    def wait_for_writes(self, count: int) -> None:
        """Return once so many more writes were acknowledged."""
        wanted = self.acknowledged + count
        assert wait_for(lambda: self.acknowledged >= wanted), "no write is acknowledged"

    @property
    def refusals(self) -> set[int]:
        return {status for writer in self.writers for status in writer.refused}

    def living(self) -> list[str]:
        """The usernames of what is there for certain."""
        return [name for writer in self.writers for name, known in list(writer.known.items()) if known.is_gone is False]

    def faults(self) -> list[str]:
        """Every way in which what is there is not what was acknowledged; settles what was left open."""
        self.console.manage("shell", "-v", "0", "-c", WAITED)
        wrong = [fault for writer in self.writers for fault in writer.ask_again()]
        found = self._stored()
        for writer in self.writers:
            wrong += self._compared(writer, found)
        known = {username for writer in self.writers for username in (*writer.known, *writer.unannounced)}
        wrong += [f"{username}: nobody made it" for username in set(found) - known]
        broken = self.console.manage_json("verify", "--json", codes=(0, 1))["broken"]
        return [*wrong, *(f"{each['name']}: {each['examples']}" for each in broken)]

    def _compared(self, writer: Writer, found: dict[str, str]) -> Iterator[str]:
        for username, known in list(writer.known.items()):
            if known.is_gone is None:
                known.is_gone = username not in found
            if known.is_gone is (username in found):
                yield f"{username}: acknowledged as {'deleted' if known.is_gone else 'created'}"
            elif not known.is_gone and found[username] not in self._hashes(username, known.passwords):
                yield f"{username}: its password is none that was set"
        # Created, and nobody was told: that is no fault, and from now on it has to stay.
        yield from (f"{username}: it was there, and is lost" for username in writer.unannounced - set(found))
        writer.unannounced |= writer.uncertain.keys() & set(found)
        writer.uncertain.clear()

    def _hashes(self, username: str, passwords: list[str]) -> set[str]:
        return {ha1(Algorithm.MD5, username, self._realm, password) for password in passwords}

    def _stored(self) -> dict[str, str]:
        """MD5 HA1 by username, from the database itself: no API tells a hash."""
        lines = self.console.manage("shell", "-v", "0", "-c", STORED.format(self.auth_id)).splitlines()
        self._realm = lines[0]
        rows = (line.partition(" ") for line in lines[1:])
        return {username: digest for username, _, digest in rows}


# A key whose request was cut off is held for a minute.
WAITED = """
from django.utils import timezone
from idempotency.models import KeptAnswer
KeptAnswer.objects.filter(status=None).update(busy_until=timezone.now())
"""
STORED = """
from endpoints.models import Endpoint
from sip.models import Realm, Secret
print(Realm.objects.get(account__auth_id={0!r}, serves_endpoints=True).shown_as)
for username, digest in Secret.objects.filter(
    valid_until=None, subscriber__in=Endpoint.objects.filter(account__auth_id={0!r}).values("subscriber")
).values_list("subscriber__username", "md5"):
    print(username, digest)
"""
