"""What every test finds: test databases, a fresh environment, real servers and a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest_plugins = ["tests.groups", "tests.fixtures", "tests.tenants", "tests.vobiz", "tests.world", "tests.scene"]
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "live_console", "fresh_database_url", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--all``, ``--databases-only`` and ``--no-browsers``."""
    parser.addoption("--all", action="store_true", help="also run the tests marked slow or real")
    parser.addoption(
        "--databases-only",
        action="store_true",
        help="leave out what passed on another database and would find the same on this one: tests without, browsers",
    )
    parser.addoption(
        "--no-browsers",
        action="store_true",
        help="leave out what drives a browser: it passed on another database, and sees none",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for, and open every database to tests that use one."""
    if not config.getoption("--all"):
        _leave_out(config, items, lambda item: any(item.get_closest_marker(name) for name in ("slow", "real")))
    if config.getoption("--databases-only"):
        _leave_out(config, items, lambda item: not _is_about_databases(item))
    if config.getoption("--no-browsers"):
        _leave_out(config, items, lambda item: "browser" in _fixtures_of(item))
    for item in items:
        _open_all_databases(item)
        # Each process would start a console of its own. A test of two groups would belong to a third.
        if "live_console" in _fixtures_of(item) and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("live-console"))


def _leave_out(config: pytest.Config, items: list[pytest.Item], is_left_out: Callable[[pytest.Item], bool]) -> None:
    left_out = {id(item): item for item in items if is_left_out(item)}
    config.hook.pytest_deselected(items=list(left_out.values()))
    items[:] = [item for item in items if id(item) not in left_out]


def _is_about_databases(item: pytest.Item) -> bool:
    """Whether a test uses the suite's database or servers on one of its kind, and no browser: that sees no database."""
    fixtures = _fixtures_of(item)
    uses_one = item.get_closest_marker("django_db") is not None or fixtures & DATABASE_FIXTURES
    return bool(uses_one) and "browser" not in fixtures


def _fixtures_of(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


def _open_all_databases(item: pytest.Item) -> None:
    """Make ``django_db`` mean all databases: on SQLite, the volatile tables have a file of their own."""
    marker = item.get_closest_marker("django_db")
    wanted: dict[str, Any] = dict(marker.kwargs) if marker else {}
    names = _fixtures_of(item)
    if marker is None and not {"db", "transactional_db", "live_server"} & names:
        return
    if marker is None and "db" not in names:
        wanted["transaction"] = True
    item.add_marker(pytest.mark.django_db(**{"databases": "__all__"} | wanted), append=False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Give SQLite test databases files: threads that share one in memory would never meet its locks."""
    from django.conf import settings

    directory = tmp_path_factory.mktemp("databases")
    for alias, database in settings.DATABASES.items():
        if settings.IS_SQLITE:
            database.setdefault("TEST", {})["NAME"] = str(directory / f"{alias}.sqlite3")
