# SPDX-License-Identifier: Apache-2.0
"""Real homes that a test may harm: their folders, their database and the real `krama` command on them.

One is made for the whole run by `krama init`; each test gets a copy, so that it costs milliseconds.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.conftest import SERVER_URL, database_name

KRAMA = str(Path(sys.executable).with_name("krama"))


@dataclass(frozen=True)
class House:
    """One installation: `folder` holds `home`, `keys`, and `database` names its PostgreSQL database ("" on SQLite)."""

    folder: Path
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KRAMA", "DJANGO", "PYTEST"))}
        kept.update(KRAMA_HOME=str(self.folder / "home"), KRAMA_KEYS=str(self.folder / "keys"))
        return kept | ({"KRAMA_DATABASE_URL": url_of(self.database)} if self.database else {})

    @property
    def keys(self) -> Path:
        """Where this home's own keys lie."""
        return next((self.folder / "keys").iterdir())

    def krama(self, *arguments: str, status: int | None = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a real command; its exit status must be `status`, unless that is None."""
        done = subprocess.run(
            [KRAMA, *arguments],
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=300,  # many run beside it on a small machine
            check=False,
            cwd=self.folder,
        )
        assert status is None or done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return done

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Behind Krama's back: one statement, %s for values; the rows, if it gives any."""
        if self.database:
            with psycopg.connect(url_of(self.database), autocommit=True) as connection:
                cursor = connection.execute(statement.encode(), values)
                return cursor.fetchall() if cursor.description else []
        plain = sqlite3.connect(self.folder / "home" / "krama.sqlite3", timeout=20, isolation_level=None)
        try:
            return plain.execute(statement.replace("%s", "?"), values).fetchall()
        finally:
            plain.close()

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Behind Krama's back: one statement for each of these rows, all in one transaction."""
        if self.database:
            with psycopg.connect(url_of(self.database)) as connection:
                connection.cursor().executemany(statement.encode(), rows)
            return
        with closing(sqlite3.connect(self.folder / "home" / "krama.sqlite3", timeout=20)) as plain, plain:
            plain.executemany(statement.replace("%s", "?"), rows)

    def one(self, statement: str, *values: object) -> Any:
        """The one value a statement gives."""
        return self.sql(statement, *values)[0][0]


class Command:
    """A command that keeps running; what it says stands in `said()`."""

    def __init__(self, house: House, *arguments: str, **environment: str) -> None:
        self.log = house.folder / f"said-{time.monotonic_ns()}"
        with self.log.open("wb") as file:
            self.process = subprocess.Popen(
                [KRAMA, *arguments],
                env=house.environment | {"PYTHONUNBUFFERED": "1"} | environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=house.folder,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, words: str, seconds: float = 120) -> None:
        wait_until(lambda: words in self.said() or self.process.poll() is not None, words, seconds)
        assert words in self.said(), self.said()

    def end(self) -> None:
        """Whatever a test left running."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(12)
        self.process.kill()
        self.process.wait()


@contextmanager
def running(house: House, *arguments: str, **environment: str) -> Iterator[Command]:
    command = Command(house, *arguments, **environment)
    try:
        yield command
    finally:
        command.end()


@contextmanager
def serving(house: House, *arguments: str, port: int = 0, **environment: str) -> Iterator[tuple[Command, int]]:
    """A real `krama serve` that answers, and its port."""
    port = port or free_port()
    with running(house, "serve", "--port", str(port), *arguments, **environment) as command:
        command.wait_for("Open http")
        yield command, port


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return min(int(probe.getsockname()[1]), 65_000)


def wait_until(done: Callable[[], bool], what: str, seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends, f"waited {seconds} s for: {what}"
        time.sleep(0.02)


def url_of(database: str) -> str:
    return os.environ[SERVER_URL].rsplit("/", 1)[0] + "/" + database


def _on_server(statement: str, *names: str) -> None:
    with psycopg.connect(os.environ[SERVER_URL], autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def made(folder: Path, on_postgres: bool, *arguments: str) -> Iterator[House]:
    database = database_name() if on_postgres else ""
    if database:
        _on_server("CREATE DATABASE {}", database)
    try:
        house = House(folder, database)
        house.krama("init", *arguments)
        yield house
    finally:
        if database:
            _on_server("DROP DATABASE {} WITH (FORCE)", database)


@contextmanager
def copied(pattern: House, folder: Path) -> Iterator[House]:
    database = database_name() if pattern.database else ""
    if database:
        _on_server("CREATE DATABASE {} TEMPLATE {}", database, pattern.database)
    try:
        for name in ("home", "keys"):
            shutil.copytree(pattern.folder / name, folder / name)
        yield House(folder, database)
    finally:
        if database:
            _on_server("DROP DATABASE {} WITH (FORCE)", database)


@pytest.fixture(scope="session")
def demo_pattern(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with made(tmp_path_factory.mktemp("demo"), bool(pytestconfig.getoption("--postgres")), "--demo") as house:
        yield house


@pytest.fixture(scope="session")
def real_pattern(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with made(tmp_path_factory.mktemp("real"), bool(pytestconfig.getoption("--postgres"))) as house:
        yield house


@pytest.fixture
def demo_house(demo_pattern: House, tmp_path: Path) -> Iterator[House]:
    """A demo home of this test's own: five people, one published list."""
    with copied(demo_pattern, tmp_path) as house:
        yield house


@pytest.fixture
def real_house(real_pattern: House, tmp_path: Path) -> Iterator[House]:
    """A real home of this test's own: one administrator, no list."""
    with copied(real_pattern, tmp_path) as house:
        yield house


@pytest.fixture
def empty_house(tmp_path: Path, own_database_url: str) -> House:
    """Nothing was made yet."""
    return House(tmp_path, own_database_url.rpartition("/")[2])
