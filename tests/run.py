# SPDX-License-Identifier: Apache-2.0
"""What `make test` does: operating system packages, all on SQLite, the `database` tests again on PostgreSQL.

What takes long (tests marked `every`, samples made whole) is left to `make everything`. It ends with one line that says
what passed and what was skipped, and fails when anything failed.
"""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.contracts import threats

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build"
LONG = ("-o", "faulthandler_timeout=3600")
SHARED = ("-n", "2", "--dist", "loadfile", "-q")


def main(only: str = "") -> int:
    """Run the parts; the exit status is 0 only when each passed."""
    skipped, packages = install_packages()
    for old in RESULTS.glob("*.xml"):
        old.unlink()  # what an earlier run showed shows nothing now
    if only == "journeys":
        return pytest("tests/journeys", "-q", "--every") or packages
    if only == "canaries":
        return every_canary() or packages
    results = {}
    whole = ["--every"] if only == "everything" else []
    with on_postgres(skipped, whole) as postgres:
        results["SQLite"] = pytest(*SHARED, *whole, f"--junitxml={RESULTS / 'sqlite.xml'}")
        if postgres:
            results["PostgreSQL"] = told(postgres)
    results["threat model"] = threats.main([str(file) for file in sorted(RESULTS.glob("*.xml"))])
    if packages:
        results["system packages"] = packages
    said = ", ".join(f"{name} {'FAILED' if status else 'passed'}" for name, status in results.items())
    print(f"make {only or 'test'}: {said}; not run: {'; '.join(skipped) or 'nothing'}.", flush=True)
    return int(any(results.values()))


def every_canary() -> int:
    """Every page, form and command, in both scripts, on both databases: minutes, where a sample takes one."""
    status = pytest("tests/canaries", "-q", *LONG, CANARIES="every")
    if url := postgres_url():
        own = {"CANARIES": "every", "KRAMA_TEST_DATABASE_URL": url}
        status = pytest("tests/canaries", "-m", "database", "--postgres", "--every", "-q", *LONG, **own) or status
    return status


@contextmanager
def on_postgres(skipped: list[str], whole: list[str]) -> Iterator[subprocess.Popen[str] | None]:
    """The `database` tests on PostgreSQL, beside the others: those wait more than they work. None without a server."""
    url = postgres_url()
    if not url:
        skipped.append("PostgreSQL (set KRAMA_TEST_DATABASE_URL, or let 127.0.0.1:5432 admit database `test`)")
        yield None
        return
    command = [sys.executable, "-m", "pytest", "-m", "database", "--postgres", "-n", "1", "--dist", "loadfile", "-q"]
    command += whole
    command.append(f"--junitxml={RESULTS / 'postgresql.xml'}")
    own = {**os.environ, "KRAMA_TEST_DATABASE_URL": url}
    running = subprocess.Popen(command, cwd=ROOT, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield running
    finally:
        running.kill()


def told(running: subprocess.Popen[str]) -> int:
    """What a run said, all at once; its exit status."""
    said, _ = running.communicate()
    print(said, end="", flush=True)
    return running.returncode


def install_packages() -> tuple[list[str], int]:
    """What could not be installed, in words; and 1 where it should have been possible."""
    done = subprocess.run([ROOT / ".ci" / "system-packages"], stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.splitlines(), done.returncode


def pytest(*arguments: str, **environment: str) -> int:
    """One run of pytest; a run that finds no test has failed."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def postgres_url() -> str:
    """The server for the tests: the one named, else one on this machine that lets us in without a password."""
    if named := os.environ.get("KRAMA_TEST_DATABASE_URL"):
        return named
    for user in dict.fromkeys((getpass.getuser(), "postgres", "root")):
        url = f"postgres://{user}@127.0.0.1:5432/test"
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.Error:
            continue
        return url
    return ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
