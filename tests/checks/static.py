"""The checks that run no test: style, types, architecture, migrations, deployment, the OpenAPI document, templates."""

from __future__ import annotations

import json
import secrets
import sys
import tomllib
from pathlib import Path

from cryptography.fernet import Fernet

from tests.checks.steps import FAILED, NOT_RUN, PASSED, ROOT, Step
from tests.settings import ENVIRONMENT

BIN = Path(sys.executable).parent


def static_steps(scratch: Path, *, is_complete: bool) -> list[Step]:
    """Return the checks in the order of their cost; ``is_complete`` adds those that look outside the repository."""
    testing = {**ENVIRONMENT, **_own_files(scratch)}
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
    steps = [
        Step(name="ruff check", command=[_tool("ruff"), "check"]),
        Step(name="ruff format", command=[_tool("ruff"), "format", "--check"]),
        Step(name="djade", command=[_tool("djade"), "--check", *templates]),
        Step(name="djlint", command=[_tool("djlint"), "templates", "--lint", "--quiet"]),
        Step(name="import-linter", command=[_tool("lint-imports"), "--no-logo"]),
        Step(name="makemigrations --check", command=_manage("makemigrations", "--check"), environment=testing),
        Step(
            name="check --deploy",
            command=_manage("check", "--deploy", "--fail-level", "WARNING"),
            environment=production_environment(scratch),
        ),
        Step(
            name="spectacular --validate",
            command=_manage("spectacular", "--validate", "--fail-on-warn", "--file", str(scratch / "openapi.yaml")),
            environment=testing,
        ),
        Step(
            name="documentation",
            command=[_tool("mkdocs"), "build", "--strict", "--site-dir", str(scratch / "docs")],
        ),
        Step(name="mypy --strict", command=[_tool("mypy"), "--no-error-summary", "."]),
    ]
    return [*steps, *_outside_steps()] if is_complete else steps


def production_environment(scratch: Path) -> dict[str, str]:
    """Return what a careful operator would set, with fresh random secrets."""
    return {
        **_own_files(scratch),
        "ENV_FILE": ENVIRONMENT["ENV_FILE"],
        "DJANGO_SETTINGS_MODULE": "console.settings",
        "CONSOLE_ENVIRONMENT": "production",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SEALING_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "console.example.com",
        "BASE_URL": "https://console.example.com",
        "SIP_DOMAIN": "sip.example.com",
        "SIP_SERVER": "sip.example.com:5060",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "",  # the tests' own, which this process has set
    }


def judge_audit(code: int, output: str) -> tuple[str, str]:
    """Tell known vulnerabilities from an advisory service that cannot be reached, which is not the code's fault."""
    start = output.find('{"dependencies"')
    if start < 0:
        unreachable = any(word in output for word in ("ConnectionError", "Max retries", "Connection", "timed out"))
        return (NOT_RUN, "the registry cannot be reached") if unreachable else (FAILED, f"exit code {code}")
    found = json.JSONDecoder().raw_decode(output[start:])[0]["dependencies"]
    audited = [each for each in found if "skip_reason" not in each]
    vulnerable = sorted(each["name"] for each in audited if each["vulns"])
    if vulnerable:
        return FAILED, f"known vulnerabilities: {', '.join(vulnerable)}"
    if not audited:
        return NOT_RUN, "the registry answers, and knows no advisories of any package"
    return PASSED, f"{len(audited)} packages"


def _outside_steps() -> list[Step]:
    audit = [
        _tool("pip-audit"),
        "-r",
        "requirements.txt",
        "--require-hashes",
        "--disable-pip",
        "--progress-spinner",
        "off",
    ]
    return [
        Step(name="bandit", command=[_tool("bandit"), "-q", "-lll", "-r", "-c", "pyproject.toml", *_packages()]),
        Step(name="pip-audit", command=[*audit, "--format", "json"], judge=judge_audit),
    ]


def _packages() -> list[str]:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages: list[str] = configuration["tool"]["coverage"]["run"]["source"]
    return packages


def _own_files(scratch: Path) -> dict[str, str]:
    return {
        "VAR_DIR": str(scratch),
        "DATABASE_URL": f"sqlite:///{scratch}/checks.sqlite3",
        "VOLATILE_DATABASE_URL": f"sqlite:///{scratch}/checks-volatile.sqlite3",
    }


def _tool(name: str) -> str:
    return str(BIN / name)


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]
