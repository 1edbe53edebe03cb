# SPDX-License-Identifier: Apache-2.0
"""The ground every test stands on: a home of its own in a temporary folder, and no network.

With `--postgres` the same tests run on PostgreSQL, in databases named krama_test_* that this run makes and drops.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings as hypothesis
from psycopg import sql

GROUND = Path(tempfile.mkdtemp(prefix="krama-tests-"))
SERVER_URL = "KRAMA_TEST_DATABASE_URL"
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

hypothesis.register_profile("krama", deadline=None)
hypothesis.register_profile("ci", deadline=None, derandomize=True)
hypothesis.load_profile("ci" if os.environ.get("CI") else "krama")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every", action="store_true", help="what takes long too; every sector, language, look")
    parser.addoption("--postgres", action="store_true", help=f"run on the PostgreSQL server that {SERVER_URL} names")


def pytest_configure(config: pytest.Config) -> None:
    """Make the home, then load the settings that read it (pytest-django sets Django up after this)."""
    on_postgres = bool(config.getoption("--postgres"))
    for name in [name for name in os.environ if name.startswith("KRAMA_") and name != SERVER_URL]:
        del os.environ[name]
    os.environ.update(KRAMA_HOME=str(GROUND / "home"), KRAMA_KEYS=str(GROUND / "keys"))
    if on_postgres:
        os.environ["KRAMA_DATABASE_URL"] = os.environ[SERVER_URL]
    os.environ["DJANGO_SETTINGS_MODULE"] = "krama.server.site.settings"

    from krama.server.site.home import make_home

    make_home(GROUND / "home", demo=True)
    from django.conf import settings

    database = settings.DATABASES["default"]
    database["CONN_MAX_AGE"] = 0
    test = database.setdefault("TEST", {})
    assert isinstance(test, dict)
    test["NAME"] = database_name() if on_postgres else str(GROUND / "test.sqlite3")


def pytest_unconfigure() -> None:
    shutil.rmtree(GROUND, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long is left to `make everything`; who may reach this machine's own addresses, who needs a browser."""
    later = [] if config.getoption("--every") else ["every"] + ["every_postgres"] * config.getoption("--postgres")
    left = [item for item in items if any(item.get_closest_marker(name) for name in later)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]
    no_browser = pytest.mark.skip(reason="Chromium is not installed")
    for item in items:
        if any(item.get_closest_marker(name) for name in ("database", "journey", "loopback")):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
        if item.get_closest_marker("journey") and not any(map(shutil.which, BROWSERS)):
            item.add_marker(no_browser)


def database_name() -> str:
    """A name no one else has: nothing but what this run made is ever dropped."""
    return f"krama_test_{secrets.token_hex(6)}"


@pytest.fixture(autouse=True)
def own_witness(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test's trail has a witness of its own: a database that was rolled back must not look like one."""
    from django.conf import settings

    before, settings.KRAMA_WITNESS = settings.KRAMA_WITNESS, GROUND / "witness" / secrets.token_hex(6)
    yield
    settings.KRAMA_WITNESS = before


@pytest.fixture
def own_database_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """For tests that start real commands: an empty PostgreSQL database, or "" (the home's own SQLite file)."""
    if not pytestconfig.getoption("--postgres"):
        yield ""
        return
    server, name = os.environ[SERVER_URL], database_name()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield server.rsplit("/", 1)[0] + "/" + name
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def own_environment(tmp_path: Path, own_database_url: str) -> dict[str, str]:
    """The environment of a real `krama` command with a home of its own, not made yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KRAMA_", "DJANGO_", "PYTEST"))}
    kept.update(KRAMA_HOME=str(tmp_path / "home"), KRAMA_KEYS=str(tmp_path / "keys"))
    if own_database_url:
        kept["KRAMA_DATABASE_URL"] = own_database_url
    return kept
