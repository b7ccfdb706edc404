"""The proxies of ``deploy/`` in front of two real consoles: what they pass on, what they keep, and rolling restarts."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.deploy.conftest import Pair, rolling_restart
from tests.live import ROOT
from tests.processes import LOOPBACK, free_ports, start, stop, wait_until

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("proxies")]
HOST = "console.example.com"
UPSTREAM = "console-upstream.conf"
Front = tuple[str, ssl.SSLContext]


@dataclass(frozen=True)
class Proxy:
    """A running proxy: where it is reached by TLS and in clear, and the certificate that vouches for it."""

    url: str
    authority: Path
    plain_url: str


@dataclass(frozen=True)
class Nginx(Proxy):
    """nginx: its process id and its list of servers are in ``directory``."""

    directory: Path

    def reload(self) -> None:
        os.kill(int((self.directory / "pid").read_text()), signal.SIGHUP)


def answers(url: str, authority: Path) -> bool:
    try:
        return httpx.get(f"{url}/healthz", verify=trusting(authority)).status_code == 200
    except (OSError, httpx.TransportError):
        return False


def trusting(authority: Path) -> ssl.SSLContext:
    """What knows a server by a certificate of this run."""
    return ssl.create_default_context(cafile=authority)


def nginx_configuration(pair: Pair, certificate: Path, directory: Path, port: int, plain_port: int) -> Path:
    """The published file with ports and paths of this run, inside the frame that Debian gives it."""
    site, upstream = ((ROOT / "deploy/nginx" / name).read_text() for name in ("console.conf", UPSTREAM))
    (directory / UPSTREAM).write_text(upstream.replace("8001", str(pair.ports[0])).replace("8002", str(pair.ports[1])))
    for old, new in {
        "/etc/nginx": str(directory),
        "listen 443": f"listen {LOOPBACK}:{port}",
        "listen 80": f"listen {LOOPBACK}:{plain_port}",
        "    listen [::]:443 ssl http2;\n": "",
        "    listen [::]:80;\n": "",
        HOST: "localhost",
        "/etc/ssl/console": str(certificate),
    }.items():
        assert old in site, old
        site = site.replace(old, new)
    path = directory / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {directory}/{kind};\n" for kind in "client_body proxy fastcgi uwsgi scgi".split()
    )
    frame = f"daemon off;\npid {directory}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{temporary}access_log off;\n"
    path.write_text(f"{frame}{site}}}\n")
    return path


@pytest.fixture(scope="module")
def nginx(pair: Pair, certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """nginx as published."""
    directory, (port, plain_port) = tmp_path_factory.mktemp("nginx"), free_ports(2)
    directory.chmod(0o755)
    configuration = nginx_configuration(pair, certificate, directory, port, plain_port)
    subprocess.run(["nginx", "-t", "-c", configuration, "-p", directory], check=True, capture_output=True)
    with (directory / "log").open("wb") as log:
        process = start(
            ["nginx", "-c", str(configuration), "-p", str(directory)],
            log=log,
            environment=os.environ,
            directory=directory,
        )
    url, root = f"https://localhost:{port}", certificate / "fullchain.pem"
    try:
        wait_until(lambda: answers(url, root), process=process, log=directory / "log", timeout_seconds=20)
        yield Nginx(url, root, f"http://localhost:{plain_port}", directory)
    finally:
        stop(process)


@pytest.fixture(scope="module")
def caddy(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Caddy as published, with a certificate of its own authority."""
    directory, (port, plain_port) = tmp_path_factory.mktemp("caddy"), free_ports(2)
    text = (ROOT / "deploy/caddy/Caddyfile").read_text()
    options = f"{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {plain_port}\n\thttps_port {port}\n"
    for old, new in {
        "{\n\tservers": f"{options}\tservers",
        f"\n{HOST} {{\n": "\nlocalhost {\n\ttls internal\n",
        f"http://{HOST}": "http://localhost",
        "127.0.0.1:8001 127.0.0.1:8002": f"127.0.0.1:{pair.ports[0]} 127.0.0.1:{pair.ports[1]}",
    }.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    configuration = directory / "Caddyfile"
    configuration.write_text(text)
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "XDG_DATA_HOME": str(directory)}
    program = [shutil.which("caddy") or "caddy", "run", "--config", str(configuration), "--adapter", "caddyfile"]
    with (directory / "log").open("wb") as log:
        process = start(program, log=log, environment=environment, directory=directory)
    url, root = f"https://localhost:{port}", directory / "caddy/pki/authorities/local/root.crt"
    try:
        wait_until(
            lambda: answers(url, root),
            process=process,
            log=directory / "log",
            timeout_seconds=30,
        )
        yield Proxy(url, root, f"http://localhost:{plain_port}")
    finally:
        stop(process)


@pytest.fixture(params=["nginx", "caddy"])
def front(request: pytest.FixtureRequest) -> Front:
    """The address of a proxy, and what trusts its certificate."""
    found = request.getfixturevalue(request.param)
    return found.url, trusting(found.authority)


def test_people_reach_the_sign_in_page_with_secure_cookies(front: Front) -> None:
    url, root = front
    page = httpx.get(f"{url}/user/login/", verify=root)
    cookies = page.headers.get_list("set-cookie")
    assert page.status_code == 200
    assert cookies
    assert [cookie for cookie in cookies if "Secure" not in cookie] == []
    assert page.headers["strict-transport-security"].startswith("max-age=31536000")


def test_a_client_cannot_pretend_to_be_another(front: Front, pair: Pair) -> None:
    """Nobody but the proxy says where a request comes from; the audit trail shows it."""
    url, root = front
    account = pair.first.manage_json("create_account", "--name", "Proxied", "--json")
    answer = httpx.post(
        f"{url}/api/v1/Account/{account['auth_id']}/Endpoint/",
        json={"username": "desk1", "password": "VerySecure1", "alias": "Desk"},
        headers={
            "X-Auth-ID": account["auth_id"],
            "X-Auth-Token": account["auth_token"],
            "X-Forwarded-For": "203.0.113.9",
        },
        verify=root,
    )
    assert answer.status_code == 201
    (source,) = pair.first.manage("shell", "-v", "0", "-c", SOURCE_OF.format(answer.json()["endpoint_id"])).split()
    assert source == LOOPBACK


SOURCE_OF = "from console.models import AuditEntry; print(AuditEntry.objects.get(object_id='{}').source)"


def test_metrics_stay_inside(front: Front) -> None:
    url, root = front
    assert httpx.get(f"{url}/metrics", verify=root).status_code == 404


def test_nginx_refuses_a_body_that_is_too_long_for_the_console(nginx: Nginx) -> None:
    answer = httpx.post(f"{nginx.url}/webhooks/auth", content=b"x" * 26_000_000, verify=trusting(nginx.authority))
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_people_are_led_to_tls_and_programs_that_send_in_clear_are_refused(
    name: str, request: pytest.FixtureRequest
) -> None:
    plain = request.getfixturevalue(name).plain_url
    page = httpx.get(f"{plain}/accounts/?page=2")
    assert (page.status_code, page.headers["location"]) == (301, "https://localhost/accounts/?page=2")
    calls = [("POST", "/user/login/"), ("POST", "/api/v1/auth/me"), ("GET", "/v2/accounts"), ("GET", "/API/v1/auth/me")]
    calls += [("POST", "/webhooks/auth"), ("GET", "/api")]
    assert {call: httpx.request(call[0], plain + call[1]).status_code for call in calls} == dict.fromkeys(calls, 403)


def sent(session: httpx.Client, address: str, **request: Any) -> httpx.Response:
    """The answer to a POST; sent anew where nginx closed the kept connection at that moment (RFC 9112 §9.3.1).

    A reload closes connections that are idle. Had the console read the request, its name would be taken: 409.
    """
    try:
        return session.post(address, **request)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        return session.post(address, **request)


def test_a_rolling_restart_behind_nginx_loses_no_request(nginx: Nginx, pair: Pair, tmp_path: Path) -> None:
    """Clients create endpoints all the while: each is answered 201, and each is there afterwards."""
    url, root = nginx.url, trusting(nginx.authority)
    account = pair.first.manage_json("create_account", "--name", "Rolling", "--json")
    pair.first.lift_rate_limit(account["auth_id"])
    headers = {"X-Auth-ID": account["auth_id"], "X-Auth-Token": account["auth_token"]}
    over, statuses = threading.Event(), []

    def create(client: int) -> None:
        with httpx.Client(verify=root, timeout=90) as session:
            for number in range(100_000):
                body = {"username": f"c{client}n{number}", "password": "VerySecure1", "alias": f"A{number}"}
                address = f"{url}/api/v1/Account/{account['auth_id']}/Endpoint/"
                statuses.append(sent(session, address, json=body, headers=headers).status_code)
                if over.is_set():
                    return

    clients = [threading.Thread(target=create, args=(number,)) for number in range(3)]
    for client in clients:
        client.start()
    try:
        code, said = rolling_restart(pair, tmp_path, upstream=nginx.directory / UPSTREAM, reload=nginx.reload)
    finally:
        over.set()
        for client in clients:
            client.join()
    assert set(statuses) == {201}
    listed = httpx.get(f"{url}/api/v1/Account/{account['auth_id']}/Endpoint/", headers=headers, verify=root).json()
    assert (code, said.count("serves the new release")) == (0, 2), said
    assert listed["meta"]["total_count"] == len(statuses)
