"""``python -m sip.development [--demo]``, which ``script/sip`` runs.

PostgreSQL first, and stopped last; on it ``manage.py serve_sip`` with the console, its worker, Kamailio and its upkeep.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import environ

from console.environment import DEVELOPMENT, kept_secret
from console.supervisor import Part, Supervisor
from sip.development.cluster import LOOPBACK, Cluster, NotInstalledError, cluster_at, free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def main(arguments: Sequence[str]) -> int:
    """Run everything until Ctrl-C or SIGTERM. Returns the exit code."""
    os.chdir(ROOT)
    environ.Env.read_env(os.environ.get("ENV_FILE", ".env"))
    var = Path(os.environ.get("VAR_DIR", "var")).resolve() / "sip"
    var.mkdir(parents=True, exist_ok=True)
    try:
        cluster = cluster_at(var)
        cluster.initialise()
    except (NotInstalledError, subprocess.CalledProcessError) as error:
        say(str(error))
        return 2
    os.environ.update(environment(os.environ, var, cluster))
    write_environment(var / "console.env", os.environ)
    serve = [sys.executable, "manage.py", "serve_sip", "--prepare", *arguments]
    parts = [cluster.part(), Part(name="console with Kamailio", command=serve, is_vital=True)]
    code = Supervisor(parts, say=say).run()
    if code:
        say(f"Logs: {cluster.directory / 'log'}, {var / 'kamailio' / 'log'}")
    return code


def say(line: str) -> None:
    """Tell whoever started it."""
    sys.stderr.write(f"{line}\n")


def environment(given: Mapping[str, str], var: Path, cluster: Cluster) -> dict[str, str]:
    """What makes all parts one: what is given already stays, but for the database."""
    sip_port, rpc_port = given.get("KAMAILIO_SIP_PORT", "5060"), given.get("KAMAILIO_RPC_PORT") or str(free_port())
    address = given.get("KAMAILIO_ADVERTISED") or given.get("KAMAILIO_ADDRESSES", LOOPBACK).partition(",")[0]
    chosen = {
        "CONSOLE_ENVIRONMENT": DEVELOPMENT,
        "SIP_SERVER": f"{address}:{sip_port}",
        "KAMAILIO_SIP_PORT": sip_port,
        "KAMAILIO_RPC_PORT": rpc_port,
        "KAMAILIO_RPC_URL": f"http://{LOOPBACK}:{rpc_port}",
        "KAMAILIO_RPC_SECRET": kept_secret(var / "rpc_secret"),
        "KAMAILIO_DATABASE_PASSWORD": kept_secret(var / "kamailio_password"),
    }
    fixed = {"VAR_DIR": str(var), "DATABASE_URL": cluster.url, "REGISTRAR": "kamailio"}
    return {**chosen, **{name: given[name] for name in chosen if given.get(name)}, **fixed}


def write_environment(path: Path, values: Mapping[str, str]) -> None:
    """Keep it for ``manage.py`` while all this runs (``ENV_FILE``), readable by its owner only: it holds secrets."""
    names = ("CONSOLE_ENVIRONMENT", "VAR_DIR", "DATABASE_URL", "REGISTRAR", "SIP_SERVER")
    kept = [name for name in sorted(values) if name in names or name.startswith("KAMAILIO_")]
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"{name}={values[name]}\n" for name in kept))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
