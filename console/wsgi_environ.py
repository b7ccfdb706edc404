"""What a WSGI application is told of a request that came by ASGI (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

UNPREFIXED = {"CONTENT_TYPE", "CONTENT_LENGTH"}


def environ_of(scope: MutableMapping[str, Any], body: BytesIO) -> dict[str, Any]:
    """Return the ``environ`` of an HTTP ``scope`` whose ``body`` was read.

    A length the client gave is kept: of a body that was cut it tells how long it would have been. One that came in
    chunks gets the length it turned out to have. Headers whose names hold an underscore are left out: they would be
    taken for those with a hyphen, which a proxy in front sets or strips.
    """
    server, port = scope.get("server") or ("localhost", 80)
    client, client_port = scope.get("client") or ("", "")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": path_of(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:
            add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    if (size := body.getbuffer().nbytes) and "CONTENT_LENGTH" not in environ:
        environ["CONTENT_LENGTH"] = str(size)
    return environ


def path_of(scope: MutableMapping[str, Any]) -> str:
    """The path's bytes, each as one character: Django decodes them, and knows what to do with what is no UTF-8."""
    raw: bytes | None = scope.get("raw_path")
    path = scope["path"].encode() if raw is None else unquote_to_bytes(raw)
    return path.decode("latin-1")


def add_header(environ: dict[str, Any], name: str, value: str) -> None:
    """Add one header; values of the same name are joined as RFC 9110 §5.3 and, of cookies, RFC 6265 §4.2.1 say."""
    key = name.upper().replace("-", "_")
    key = key if key in UNPREFIXED else f"HTTP_{key}"
    if key in environ:
        value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    environ[key] = value
