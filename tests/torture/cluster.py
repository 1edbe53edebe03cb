# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL cluster of one's own, to be killed: made by `initdb`, on its own port, in its own folder in /tmp.

Nothing here ever touches a cluster that it did not make: every process it kills is its postmaster or a child of it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.server.houses import free_port, wait_until
from tests.torture.processes import children_of, command_of

NAME = "krama_torture"
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 60
shared_buffers = 64MB
wal_writer_delay = 2s  # as long as a commit may wait where `synchronous_commit` is off
"""


def binaries() -> Path | None:
    """Where `initdb` and `postgres` lie, the newest of them; None where they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


class Cluster:
    """`url` names its one database; `start` and the kills may follow each other without end."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.data, self.log = folder / "data", folder / "log"
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(folder, self.user)
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--lc-ctype=C.UTF-8")
        self._set(SETTINGS.format(port=self.port))

    @property
    def server(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def url(self) -> str:
        return self.server.rsplit("/", 1)[0] + "/" + NAME

    def _as_user(self) -> dict[str, str | Sequence[str]]:
        return {"user": self.user, "group": self.user, "extra_groups": ()} if os.geteuid() == 0 else {}

    def _run(self, name: str, *arguments: str) -> None:
        command = [str((binaries() or Path()) / name), *arguments]
        kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        subprocess.run(  # type: ignore[call-overload]
            command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, env=kept, **self._as_user()
        )

    def _set(self, text: str) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(text)

    def forget(self) -> None:
        """From now on a commit is acknowledged before it is written down: what every kill then takes with it."""
        self._set("synchronous_commit = off\n")
        assert self.process
        self.process.send_signal(signal.SIGHUP)

    def start(self) -> None:
        """Returns when it answers: after a kill it first reads its log again."""
        command = [str((binaries() or Path()) / "postgres"), "-D", str(self.data)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # type: ignore[call-overload]
                command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self._as_user()
            )
        wait_until(self.answers, "PostgreSQL to answer", 60)

    def answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log.read_text()[-2_000:]
        try:
            psycopg.connect(self.server, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def backends(self) -> list[int]:
        """Its processes that serve somebody in the one database."""
        assert self.process
        return [pid for pid in children_of(self.process.pid) if f" {NAME} " in command_of(pid)]

    def kill_whole(self) -> None:
        """`kill -9` to the postmaster and to every child of it, as a machine's death would end them."""
        assert self.process
        family = [self.process.pid, *children_of(self.process.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        wait_until(lambda: not any(command_of(pid).startswith("postgres") for pid in family), "its children to end", 30)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill_whole()


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """Made, started, and gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="krama-torture-", dir="/tmp"))
    cluster = Cluster(folder)
    try:
        cluster.start()
        with psycopg.connect(cluster.server, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {NAME}".encode())
        yield cluster
    finally:
        cluster.end()
        time.sleep(0.1)
        shutil.rmtree(folder, ignore_errors=True)
