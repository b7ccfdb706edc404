"""Kamailio's ``settings.cfg`` from the environment: addresses, secrets and limits, each checked before it is written.

Kamailio 5.6 cannot read its environment, and secrets on a command line are for everybody to read: hence a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import environ
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHIPPED = Path(__file__).resolve().parent.parent.parent / "deploy" / "kamailio"
PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")
SHORTEST_SECRET = 16
DIGESTS = {"MD5": "", "SHA-256": "_sha256"}  # what Kamailio calls it: the ending of its views' names


@dataclass(frozen=True, slots=True)
class Options:
    """What one Kamailio is told. Ports that are 0 are switched off."""

    database_url: str
    rpc_secret: str
    addresses: tuple[str, ...] = ("127.0.0.1",)
    advertised: str = ""
    sip_port: int = 5060
    tls_port: int = 0
    tls_certificate: str = ""
    tls_key: str = ""
    websocket_port: int = 0
    websocket_tls_port: int = 0
    rpc_address: str = "127.0.0.1"
    rpc_port: int = 5081
    rpc_allowed: tuple[str, ...] = ("127.0.0.1",)
    digest: str = "MD5"
    server_id: int = 1
    workers: int = 4
    guesses_per_user: int = 10
    guessed_users_per_source: int = 50
    guess_window_seconds: int = 300
    block_seconds: int = 900
    flood_requests: int = 200
    nat_ping_seconds: int = 0
    expires_default_seconds: int = 300
    expires_minimum_seconds: int = 60
    expires_maximum_seconds: int = 3600
    contacts_maximum: int = 10

    @property
    def has_tls(self) -> bool:
        """Whether any listener speaks TLS."""
        return bool(self.tls_port or self.websocket_tls_port)

    @property
    def has_websocket(self) -> bool:
        """Whether any listener speaks WebSocket."""
        return bool(self.websocket_port or self.websocket_tls_port)


def from_environment() -> Options:
    """Read the ``KAMAILIO_`` variables of ``.env.example``. Raises ``ImproperlyConfigured`` naming the one at fault."""
    env = environ.FileAwareEnv()
    given: dict[str, Any] = {
        "database_url": env.str("KAMAILIO_DATABASE_URL", default="") or _database_url(env),
        "rpc_secret": settings.KAMAILIO_RPC_SECRET,
        "digest": env.str("KAMAILIO_DIGEST", default="MD5"),
    }
    for name in ("addresses", "rpc_allowed"):
        if found := env.list(f"KAMAILIO_{name.upper()}", default=[]):
            given[name] = tuple(found)
    for name in ("advertised", "tls_certificate", "tls_key", "rpc_address"):
        if text := env.str(f"KAMAILIO_{name.upper()}", default=""):
            given[name] = text
    for name in NUMBERS:
        if env.str(f"KAMAILIO_{name.upper()}", default=""):
            given[name] = env.int(f"KAMAILIO_{name.upper()}")
    return Options(**given)


def _database_url(env: Any) -> str:
    """The console's own database, by Kamailio's role."""
    database = settings.DATABASES["default"]
    if settings.IS_SQLITE:
        raise ImproperlyConfigured("Kamailio needs PostgreSQL: set DATABASE_URL, or KAMAILIO_DATABASE_URL.")
    password = env.str("KAMAILIO_DATABASE_PASSWORD", default="")
    login = f"{settings.KAMAILIO_DATABASE_ROLE}:{password}" if password else settings.KAMAILIO_DATABASE_ROLE
    return f"postgres://{login}@{database['HOST'] or '127.0.0.1'}:{database['PORT'] or 5432}/{database['NAME']}"


NUMBERS: dict[str, tuple[int, int]] = {
    "sip_port": (1, 65535),
    "tls_port": (0, 65535),
    "websocket_port": (0, 65535),
    "websocket_tls_port": (0, 65535),
    "rpc_port": (1, 65535),
    "server_id": (1, 32767),
    "workers": (1, 64),
    "guesses_per_user": (1, 100_000),
    "guessed_users_per_source": (1, 100_000),
    "guess_window_seconds": (1, 86_400),
    "block_seconds": (1, 604_800),
    "flood_requests": (0, 1_000_000),
    "nat_ping_seconds": (0, 3600),
    "expires_default_seconds": (1, 86_400),
    "expires_minimum_seconds": (1, 86_400),
    "expires_maximum_seconds": (1, 86_400),
    "contacts_maximum": (1, 100),
}


def check(options: Options) -> None:
    """Refuse what Kamailio would read as something else, or not at all. Raises ``ImproperlyConfigured``."""
    faults = [
        *(
            f"{name} must be from {low} to {high}"
            for name, (low, high) in NUMBERS.items()
            if not low <= getattr(options, name) <= high
        ),
        *(
            f"{text!r} is not an IP address"
            for text in (*options.addresses, options.rpc_address)
            if not _is_address(text)
        ),
        *(f"{text!r} is not a network" for text in options.rpc_allowed if not _is_network(text)),
        *_text_faults(options),
    ]
    if options.has_tls and not (options.tls_certificate and options.tls_key):
        faults.append("TLS needs tls_certificate and tls_key")
    if faults:
        raise ImproperlyConfigured("Kamailio: " + "; ".join(faults) + ".")


def _text_faults(options: Options) -> Iterator[str]:
    if len(options.rpc_secret) < SHORTEST_SECRET or not PLAIN.fullmatch(options.rpc_secret):
        yield f"KAMAILIO_RPC_SECRET needs at least {SHORTEST_SECRET} characters of A-Z a-z 0-9 _ . ~ -"
    if not re.fullmatch(
        r"postgres://[A-Za-z0-9_.~-]+(:[A-Za-z0-9_.~-]+)?@[A-Za-z0-9_.-]+(:\d+)?/[A-Za-z0-9_.-]+", options.database_url
    ):
        yield "the database URL must be postgres://role:password@host:port/name, of A-Z a-z 0-9 _ . ~ - only"
    if options.digest not in DIGESTS:
        yield f"KAMAILIO_DIGEST must be one of {', '.join(DIGESTS)}"
    if options.advertised and not PLAIN.fullmatch(options.advertised):
        yield f"{options.advertised!r} cannot be advertised"
    for path in (options.tls_certificate, options.tls_key):
        if re.search(r'["\n\r]', path):
            yield f"{path!r} cannot be a path here"


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _is_network(text: str) -> bool:
    try:
        return bool(ip_network(text))
    except ValueError:
        return False


def render(options: Options) -> str:
    """Return the text of ``settings.cfg``. Raises ``ImproperlyConfigured``."""
    check(options)
    lines = ["# Written by manage.py kamailio_config from the environment: change it there. Holds secrets.", ""]
    lines += [f"#!define {name} {value}" for name, value in _definitions(options).items()]
    lines += [
        "",
        f"server_id={options.server_id}",
        f"children={options.workers}",
        f"tcp_children={options.workers}",
        "",
    ]
    return "\n".join([*lines, *_listeners(options), ""])


def _definitions(options: Options) -> dict[str, str]:
    ending = DIGESTS[options.digest]
    found = {
        "DATABASE_URL": _quoted(options.database_url),
        "SQL_CONNECTION": _quoted(f"console=>{options.database_url}"),
        "VIEW_CURRENT": _quoted(f"sip.subscriber_current{ending}"),
        "VIEW_PREVIOUS": _quoted(f"sip.subscriber_previous{ending}"),
        "DIGEST_ALGORITHM": _quoted(options.digest),
        "SERVER_ID": str(options.server_id),
        "RPC_PORT": str(options.rpc_port),
        "RPC_ALLOWED_NETWORKS": _quoted(",".join(options.rpc_allowed)),
        "RPC_SECRET": _quoted(options.rpc_secret),
        "NONCE_SECRET": _quoted(_derived(options, "nonce")),
        "CALL_SECRET": _quoted(_derived(options, "call")),
        "TABLE_GUESS": _quoted(f"guess=>size=12;autoexpire={options.guess_window_seconds};updateexpire=0;initval=0;"),
        "TABLE_BLOCK": _quoted(f"block=>size=12;autoexpire={options.block_seconds};"),
        "BLOCK_SECONDS": str(options.block_seconds),
        "GUESSES_PER_USER": str(options.guesses_per_user),
        "GUESSED_USERS_PER_SOURCE": str(options.guessed_users_per_source),
        "FLOOD_REQUESTS": str(options.flood_requests or 1_000_000),
        "EXPIRES_DEFAULT": str(options.expires_default_seconds),
        "EXPIRES_MINIMUM": str(options.expires_minimum_seconds),
        "EXPIRES_MAXIMUM": str(options.expires_maximum_seconds),
        "CONTACTS_MAXIMUM": str(options.contacts_maximum),
    }
    return found | _switches(options)


def _switches(options: Options) -> dict[str, str]:
    switches = {
        "WITH_FLOOD_PROTECTION": "" if options.flood_requests else None,
        "NAT_PING_SECONDS": str(options.nat_ping_seconds) if options.nat_ping_seconds else None,
        "WITH_TLS": "" if options.has_tls else None,
        "TLS_FILE": _quoted("tls.cfg") if options.has_tls else None,
        "WITH_WEBSOCKET": "" if options.has_websocket else None,
        "WEBSOCKET_PORT": str(options.websocket_port) if options.has_websocket else None,
        "WEBSOCKET_TLS_PORT": str(options.websocket_tls_port) if options.has_websocket else None,
    }
    return {name: value for name, value in switches.items() if value is not None}


def _listeners(options: Options) -> Iterator[str]:
    for address in options.addresses:
        for protocol, port in (
            ("udp", options.sip_port),
            ("tcp", options.sip_port),
            ("tls", options.tls_port),
            ("tcp", options.websocket_port),
            ("tls", options.websocket_tls_port),
        ):
            if port:
                advertised = f' advertise "{options.advertised}":{port}' if options.advertised else ""
                yield f"listen={protocol}:{_bracketed(address)}:{port}{advertised}"
    yield f"listen=tcp:{_bracketed(options.rpc_address)}:{options.rpc_port}"


def _derived(options: Options, purpose: str) -> str:
    """A secret of every Kamailio with the same RPC secret, so that each understands the others' nonces and calls."""
    return hashlib.sha256(f"{purpose}:{options.rpc_secret}".encode()).hexdigest()


def _quoted(text: str) -> str:
    return f'"{text}"'


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def render_tls(options: Options) -> str:
    """Return the text of ``tls.cfg``: TLS 1.2 and newer, no client certificates (phones have none)."""
    return "\n".join(
        [
            "[server:default]",
            "method = TLSv1.2+",
            "verify_certificate = no",
            "require_certificate = no",
            f"certificate = {options.tls_certificate}",
            f"private_key = {options.tls_key}",
            "[client:default]",
            "method = TLSv1.2+",
            "verify_certificate = no",
            "require_certificate = no",
            "",
        ]
    )


def write(options: Options, directory: Path) -> None:
    """Put a complete configuration into ``directory``: the shipped files and, readable by owner and group, settings."""
    settings_text = render(options)
    directory.mkdir(parents=True, exist_ok=True)
    for shipped in sorted(SHIPPED.glob("*.cfg")):
        (directory / shipped.name).write_text(shipped.read_text())
    if options.has_tls:
        (directory / "tls.cfg").write_text(render_tls(options))
    private = directory / "settings.cfg"
    private.touch(mode=0o640)
    private.chmod(0o640)
    private.write_text(settings_text)
