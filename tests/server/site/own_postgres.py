# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of a test's own, which asks for passwords: the shared one may trust whoever connects.

Needs root (the server runs as `nobody`) and PostgreSQL's own programs; says so where it cannot be.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.server.houses import free_port, wait_until

USER, PASSWORD = "nobody", "a-long-one-of-this-test-alone"


def programs() -> Path | None:
    """The folder of the server's own programs, the newest one."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb"), *map(Path, filter(None, [shutil.which("initdb")]))]
    return next((path.parent for path in sorted(found, reverse=True) if (path.parent / "postgres").exists()), None)


@contextmanager
def own_postgres(folder: Path, *options: str) -> Iterator[str]:
    """Its address with the superuser's password; `options` go to the server (`-c name=value`)."""
    if os.geteuid() != 0:
        pytest.skip("needs root: it runs a server and a public face under other users")
    at = programs()
    if at is None:
        pytest.skip("needs PostgreSQL's own programs (initdb, postgres)")
    data, secret, port = folder / "postgres", folder / "password", free_port()
    secret.write_text(PASSWORD)
    data.mkdir(mode=0o700)
    for path in (data, secret):
        os.chown(path, pwd.getpwnam(USER).pw_uid, -1)
    as_user = ["setpriv", f"--reuid={USER}", "--clear-groups"]
    made: list[str | Path] = [at / "initdb", "-D", data, "-U", "krama", "-A", "scram-sha-256", "-E", "UTF8"]
    made.append(f"--pwfile={secret}")
    subprocess.run([*as_user, *made, "--locale=C.UTF-8", "-N"], check=True, capture_output=True, timeout=120)
    run: list[str | Path] = [at / "postgres", "-D", data, "-p", str(port), "-k", data, *options]
    run += ["-c", "listen_addresses=127.0.0.1"]
    log = (folder / "postgres.log").open("wb")
    process = subprocess.Popen([*as_user, *run], stdout=log, stderr=subprocess.STDOUT)
    try:
        url = f"postgres://krama:{PASSWORD}@127.0.0.1:{port}/postgres"
        wait_until(lambda: _answers(url), "the server answers", 120)
        yield url
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
