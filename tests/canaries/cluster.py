# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL cluster of a run's own, so that its data folder, its WAL and its log can be read byte by byte.

It needs `initdb`, and root (it runs as `postgres`) or an ordinary user; where it cannot be had the test says so.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.server.houses import free_port

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
# Everything that is said to it stands in its log: what Krama says to a database in plain words, a database may keep.
TALKATIVE = "-c log_statement=all -c log_min_error_statement=debug5 -c fsync=off -c max_connections=60"


@dataclass(frozen=True)
class Cluster:
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"


@contextmanager
def own_cluster() -> Iterator[Cluster | None]:
    tool = _tool("initdb")
    user = _user()
    if tool is None or user is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="krama-cluster-"))
    try:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        cluster = Cluster(folder, free_port())
        data = str(folder / "data")
        control = str(tool.with_name("pg_ctl"))
        _as(user, str(tool), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        options = f"{TALKATIVE} -p {cluster.port} -c listen_addresses=127.0.0.1 -k {folder}"
        _as(user, control, "-D", data, "-w", "-l", str(cluster.log), "-o", options, "start")
        try:
            yield cluster
        finally:
            _as(user, control, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tool(name: str) -> Path | None:
    found = [path for place in PLACES for path in Path("/").glob(f"{place[1:]}/{name}")]
    return found[-1] if found else None


def _user() -> str | None:
    """PostgreSQL refuses root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid()).pw_name
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


def _as(user: str, *command: str) -> None:
    uid = pwd.getpwnam(user)
    own = {"user": uid.pw_uid, "group": uid.pw_gid, "extra_groups": []} if not os.geteuid() else {}
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, cwd="/", stdout=quiet, stderr=quiet, timeout=60, **own)  # type: ignore[call-overload]
