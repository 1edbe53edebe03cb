# SPDX-License-Identifier: Apache-2.0
"""This test *is* the public face: its operating-system user and its database role, on a server that asks passwords.

What it is refused, and what it can do. Needs root and PostgreSQL's own programs, and says so when skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.server.houses import KRAMA, free_port, wait_until
from tests.server.site.own_postgres import own_postgres
from tests.server.site.test_faces import ask

pytestmark = [pytest.mark.loopback, pytest.mark.database, pytest.mark.every_postgres]
UID = 61_217  # nobody's
ROLE = "krama_public"

# Run as the public face's user, on its folder: what it tries, and what came of it, as JSON.
TRIES = """
import json, os, sys
from pathlib import Path
import psycopg
facts = json.loads(sys.argv[1])
url = (Path(os.environ["KRAMA_KEYS"]) / "database-url").read_text()
read, wrote, was = {}, [], []
with psycopg.connect(url, autocommit=True) as it:
    user = it.execute("SELECT current_user").fetchone()[0]
    tables = [name for (name,) in it.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    def done(statement):
        try:
            with it.transaction(force_rollback=True):
                it.execute(statement)
        except psycopg.errors.InsufficientPrivilege as problem:
            return "row-level security" in str(problem)  # it may write, if not this row: the acts below say which
        except psycopg.errors.IntegrityError:  # it may write; only this row did not fit
            return True
        return True
    verbs = ["INSERT INTO {0} DEFAULT VALUES", "DELETE FROM {0}", "TRUNCATE {0}", "LOCK TABLE {0}"]
    named = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
    columns = {name: [column for (column,) in it.execute(named, [name])] for name in tables}
    did = [text.split()[0] + " " + name for name in tables for text in verbs if done(text.format('"' + name + '"'))]
    by_column = ["SELECT {1} FROM {0}", "UPDATE {0} SET {1} = DEFAULT"]
    did += [text.split()[0] + " " + name + "." + column for name in tables for column in columns[name]
            for text in by_column if done(text.format('"' + name + '"', '"' + column + '"'))]
    grabs = ["SET ROLE krama", "SET SESSION AUTHORIZATION krama", "CREATE TABLE public.mine (x int)",
             "COPY (SELECT 1) TO PROGRAM 'true'", "SELECT pg_read_file('postgresql.conf')", "CREATE ROLE other",
             "SELECT rolpassword FROM pg_authid", "ALTER ROLE krama_public SUPERUSER", "DROP TABLE trail_entry",
             "DROP POLICY krama_public_face_insert ON trail_entry",
             "ALTER TABLE trail_entry DISABLE ROW LEVEL SECURITY"]
    was = [text for text in grabs if done(text)]
def reach(path):
    try:
        Path(path).read_bytes() if not Path(path).is_dir() else list(Path(path).iterdir())
    except PermissionError:
        return False
    except OSError as problem:
        return f"{path}: {problem}"
    return True
opened = [path for path in facts["closed"] if reach(path) is not False]
def signs_in(other):
    try:
        psycopg.connect(other, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
print(json.dumps({"uid": os.getuid(), "user": user, "tables": len(tables), "did": did, "was": was, "opened": opened,
  "own": [path for path in facts["own"] if reach(path) is True],
  "others": [other for other in facts["logins"] if signs_in(other)]}))
"""
# The same user, with the public face's own code: what a report will need, and what it must not be able to write.
ACTS = """
import json, os
os.environ["KRAMA_FACE"] = "public"
import krama.cli.house as house
house.enter_public()
from django.db import DatabaseError, transaction
from django.utils import timezone
from krama.server.compartments.rings import seal_at_door
from krama.server.outbox.actions import put
from krama.server.trail.actions import record
from krama.server.trail.actor import Machine
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
PUBLIC = Machine("public")
def refused(act):
    try:
        with transaction.atomic():
            act()
    except DatabaseError as problem:
        return "row-level security" in str(problem) or "permission denied" in str(problem)
    return False
with transaction.atomic():
    record(PUBLIC, Event.DETECTION_LEFT, subject_kind="report", subject_id="r-1")
    put("intake.collect", {"report": "r-1"})
version, sealed = seal_at_door("ពាក្យ a child's words".encode(), "report", "r-1")
entry = dict(at=timezone.now(), event="home:made", actor_kind="krama", actor_id="public")
entry |= dict(subject_kind="a", subject_id="b")
print(json.dumps({"version": version, "sealed": sealed.hex(), "refused": [refused(act) for act in (
    lambda: record(Machine("x", "person"), Event.CASE_DECIDED, subject_kind="case", subject_id="C-1"),
    lambda: Entry.objects.create(**entry, position=0, leaf_hash="00"),
    lambda: put("measures.deliver", {}),
    lambda: Entry.objects.count(),
    lambda: Entry.objects.update(details={}),
)]}))
"""
OPEN = """
import sys, krama.cli.house as house
house.enter()
from krama.server.compartments.rings import open_at_desk
print(open_at_desk(int(sys.argv[1]), bytes.fromhex(sys.argv[2]), "report", "r-1").decode())
"""


# Written out once more, by hand: what grants.py says by mistake is not what this test then expects.
MAY = sorted(
    [f"INSERT {table}" for table in ("intake_part", "intake_report", "outbox_task", "trail_entry")]
    + [f"SELECT intake_report.{name}" for name in ("find", "id", "is_emergency", "state", "topic", "withdrawn_at")]
    + [f"UPDATE intake_report.{name}" for name in ("find", "is_emergency", "no_code", "reply_public", "withdrawn_at")]
    + [f"SELECT intake_message.{name}" for name in ("at", "for_reporter", "id", "read_at", "report_id")]
    + ["UPDATE intake_message.read_at"]
)


SET_USER = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--no-new-privs"]
# Another user may not reach the Python of this run (a home folder); one of the same version with its packages will do.
OURS = [path for path in sys.path if path.startswith((sys.prefix, str(Path(__file__).parents[3])))]
PLAIN = {"LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(OURS), "PYTHONDONTWRITEBYTECODE": "1"}


def reachable() -> str | None:
    """A Python that this user can start with Krama's packages."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return None
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, *(f"{folder}/{version}" for folder in ("/usr/bin", "/usr/local/bin"))):
        # It starts itself again, too: the supervisor does.
        again = "import krama, django, granian, cryptography, subprocess, sys; "
        again += "subprocess.run([sys.executable, '-c', ''], check=True)"
        command = [*SET_USER, python, "-c", again]
        environment = {"PATH": os.environ["PATH"], **PLAIN}
        with suppress(OSError):
            if not subprocess.run(command, check=False, capture_output=True, cwd="/", env=environment).returncode:
                return python
    return None


PYTHON = reachable()


@dataclass(frozen=True)
class Apart:
    """A real home whose faces are apart, on a server of its own; `ground` is open, what is in it is not."""

    ground: Path
    database: str
    public: Path

    @property
    def console(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KRAMA", "DJANGO", "PYTEST"))}
        keys = str(self.ground / "keys")
        return kept | {"KRAMA_HOME": str(self.ground / "home"), "KRAMA_KEYS": keys, "KRAMA_DATABASE_URL": self.database}

    @property
    def serve(self) -> list[str]:
        assert PYTHON
        return [*SET_USER, PYTHON, "-m", "krama", "serve"]

    @property
    def face(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "KRAMA_KEYS": str(self.public), "HOME": str(self.public), **PLAIN}

    def as_public(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*SET_USER, str(PYTHON), *arguments],
            env=self.face,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            cwd="/",
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done

    def krama(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            [KRAMA, *arguments], env=self.console, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == status, (done.stdout, done.stderr)
        return done.stdout

    def sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    if os.geteuid() != 0:
        pytest.skip("needs root: it becomes the public face's user")
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv")
    if subprocess.run(
        [*SET_USER, sys.executable, "-c", "import krama"], check=False, capture_output=True, cwd="/"
    ).returncode:
        pytest.skip("another user cannot reach this Python and its packages: put the repository where it may")
    ground = Path(tempfile.mkdtemp(prefix="krama-faces-"))
    ground.chmod(0o755)
    try:
        with own_postgres(ground) as database:
            home = Apart(ground, database, ground / "public")
            home.krama("init")
            home.krama("faces", "apart", "--role", ROLE, "--keys", str(home.public))
            for path in (home.public, *home.public.rglob("*")):
                os.chown(path, UID, UID)
            yield home
    finally:
        shutil.rmtree(ground)


@contextmanager
def started(command: list[str], environment: dict[str, str], port: int, path: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environment, cwd="/", stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or _answers(port, path), "it answers", 180)
        assert process.poll() is None
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int, path: str) -> bool:
    try:
        return ask(port, path)[0] == 200
    except OSError:
        return False


def tries(home: Apart, console: subprocess.Popen[bytes]) -> dict[str, Any]:
    keys = next((home.ground / "keys").iterdir())
    closed = [home.ground / "home", home.ground / "home" / "home.json", home.ground / "keys", keys, keys / "door"]
    closed += [keys / "door" / "0001.key", keys / "kek" / "0001.key", keys / "identifiers", keys / "settings"]
    closed += [Path(f"/proc/{pid}/{name}") for pid in (console.pid, os.getpid()) for name in ("environ", "fd", "mem")]
    own = [home.public / name for name in ("settings", "database-url", "door-public/0001.pub")]
    at = home.database.rpartition("@")[2]
    logins = [f"postgres://krama@{at}", f"postgres://krama:krama@{at}", f"postgres://{ROLE}:wrong@{at}"]
    facts = {"closed": [*map(str, closed)], "own": [*map(str, own)], "logins": logins}
    return dict(json.loads(home.as_public("-c", TRIES, json.dumps(facts)).stdout))


def test_the_public_face_s_user_and_role_are_refused_everything_but_their_own(apart: Apart) -> None:
    port, public_port = free_port(), free_port()
    serve = [KRAMA, "serve", "--port", str(port), "--face", "console", "--no-worker"]
    face = [*apart.serve, "--port", str(public_port), "--face", "public"]
    with (
        started(serve, apart.console, port, "/start") as console,
        started(face, apart.face, public_port, "/start") as public,
    ):
        assert Path(f"/proc/{public.pid}").stat().st_uid == UID
        found = tries(apart, console)
    assert (found["uid"], found["user"]) == (UID, ROLE)
    assert found["tables"] > 40
    assert sorted(found["did"]) == MAY
    assert (found["was"], found["opened"], found["others"], len(found["own"])) == ([], [], [], 3)


def test_it_can_leave_an_entry_a_task_and_what_only_the_console_opens(apart: Apart) -> None:
    done = json.loads(apart.as_public("-c", ACTS).stdout)
    assert done["refused"] == [True] * 5
    opened = [sys.executable, "-c", OPEN, str(done["version"]), done["sealed"]]
    said = subprocess.run(opened, env=apart.console, capture_output=True, text=True, check=True, timeout=180).stdout
    assert said.strip() == "ពាក្យ a child's words"


def test_krama_check_says_sealed_at_the_door(apart: Apart) -> None:
    assert f"ok    Sealed at the door: the public face runs apart, as {ROLE}, with public keys alone." in apart.krama(
        "check"
    )


def test_planted_openings_are_found(apart: Apart) -> None:
    """What this test must notice: a grant, a key that others can read, a process of the same user."""
    apart.sql(f"GRANT SELECT ON accounts_user TO {ROLE}")
    door = next((apart.ground / "keys").iterdir()) / "door"
    opened = [apart.ground / "keys", door.parent, door]
    for path in opened:
        path.chmod(0o755)
    (door / "0001.key").chmod(0o644)
    other = subprocess.Popen([*SET_USER, "sleep", "60"])
    try:
        found = tries(apart, other)
    finally:
        other.kill()
        other.wait()
        for path in opened:
            path.chmod(0o700)
        (door / "0001.key").chmod(0o600)
        apart.sql(f"REVOKE SELECT ON accounts_user FROM {ROLE}")
    assert "SELECT accounts_user.password" in found["did"]
    assert str(door / "0001.key") in found["opened"]
    assert f"/proc/{other.pid}/environ" in found["opened"]


def test_a_server_that_may_lose_what_it_answered_is_refused(apart: Apart) -> None:
    """For all of it, as `postgresql.conf` would say it."""
    apart.sql("ALTER SYSTEM SET synchronous_commit = off")
    apart.sql("SELECT pg_reload_conf()")
    try:
        wait_until(lambda: "synchronous_commit is off" in apart.krama("check", status=1), "the server took it up", 120)
    finally:
        apart.sql("ALTER SYSTEM RESET synchronous_commit")
        apart.sql("SELECT pg_reload_conf()")
