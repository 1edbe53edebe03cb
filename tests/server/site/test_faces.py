# SPDX-License-Identifier: Apache-2.0
"""The faces apart, as real processes: what each serves, and what the public one loads, keeps and sets."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.server.houses import Command, House, free_port, running, wait_until

pytestmark = [pytest.mark.loopback, pytest.mark.database]
# What the public face must never load: rooms that hold people or cases, and what remembers a visitor.
CLOSED = [
    "krama.server.accounts",
    "krama.server.cases",
    "krama.server.detections",
    "krama.server.measures",
    "krama.server.evidence",
    "krama.server.referrals",
    "krama.server.assessments",
    "krama.server.desk",
    "krama.server.lists",
    "krama.server.countries",
    "krama.server.compartments.jobs",
    "krama.server.compartments.actions.destroy",
    "krama.server.compartments.actions.identity",
    "krama.server.cases.collecting.collect",
    "krama.server.site.settings",
    "krama.server.site.pages",
    "krama.server.site.urls",
    "allauth",
    "django.contrib.sessions",
    "django.contrib.auth.models",
    "django.contrib.auth.middleware",
]
# Python runs this in each process of the face, granian's own too: what is loaded stands in a file.
SPY = """
import os, sys, threading, time
def look():
    while True:
        time.sleep(0.2)
        path = f"{os.environ['SPY']}/{os.getpid()}"
        with open(path + ".part", "w") as file:
            file.write("\\n".join([*sys.argv, "", *list(sys.modules)]))
        os.replace(path + ".part", path)
threading.Thread(target=look, daemon=True).start()
"""


def ask(port: int, path: str, data: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers=headers)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, dict(problem.headers), problem.read().decode()


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: object) -> None:
        return None


@contextmanager
def faced(house: House, face: str, *arguments: str, **environment: str) -> Iterator[tuple[Command, int]]:
    port = free_port()
    with running(house, "serve", "--face", face, "--port", str(port), *arguments, **environment) as command:
        command.wait_for("Open http")
        yield command, port


@pytest.fixture
def role() -> str:
    return f"krama_test_{secrets.token_hex(6)}"


@pytest.fixture
def apart(real_house: House, role: str) -> Iterator[tuple[House, Path]]:
    """A real home with its public face set apart; PostgreSQL only."""
    if not real_house.database:
        pytest.skip("faces run apart on PostgreSQL")
    folder = real_house.folder / "public"
    real_house.krama("faces", "apart", "--role", role, "--keys", str(folder))
    yield real_house, folder
    if (real_house.folder / "home" / "faces.json").exists():
        real_house.krama("faces", "together")


def public(folder: Path) -> dict[str, str]:
    """The environment of the public face: its folder, and nothing of the home."""
    return {"KRAMA_KEYS": str(folder), "KRAMA_HOME": "", "KRAMA_DATABASE_URL": ""}


def test_the_api_alone_serves_machines_and_sets_no_cookie(demo_house: House) -> None:
    key = json.loads(next((demo_house.folder / "keys").rglob("demo-app.json")).read_text())["key"]
    with faced(demo_house, "api") as (command, port):
        status, headers, body = ask(
            port, "/api/v1/scan", b'{"hashes": [{"type": "sha256", "value": "' + b"0" * 64 + b'"}]}',
            **{"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )  # fmt: skip
        assert (status, "Set-Cookie" in headers) == (200, False), body
        for path in ("/", "/start", "/accounts/login", "/cases"):
            status, headers, body = ask(port, path)
            assert (status, headers["content-type"]) == (404, "application/problem+json"), (path, body)
        assert "krama\0worker" not in _commands(command)


def test_the_console_alone_serves_people_and_runs_the_loop(demo_house: House) -> None:
    with faced(demo_house, "console") as (command, port):
        assert [ask(port, path)[0] for path in ("/start", "/accounts/login", "/api/docs", "/api/v1/cases")] == [
            200, 200, 200, 404,
        ]  # fmt: skip
        assert "krama\0worker" in _commands(command)


def test_the_public_face_serves_its_pages_sets_no_cookie_and_starts_no_loop(apart: tuple[House, Path]) -> None:
    house, folder = apart
    with faced(house, "public", **public(folder)) as (command, port):
        seen = {path: ask(port, path) for path in ("/", "/start", "/start?language=km", "/cases", "/api/v1/cases")}
        assert {path: answer[0] for path, answer in seen.items()} == {
            "/": 302, "/start": 200, "/start?language=km": 200, "/cases": 404, "/api/v1/cases": 404,
        }  # fmt: skip
        seen["post"] = ask(port, "/start", b"x=1", **{"Content-Type": "application/x-www-form-urlencoded"})
        assert not [path for path, answer in seen.items() if "set-cookie" in {name.lower() for name in answer[1]}]
        assert 'lang="km"' in seen["/start?language=km"][2].split("\n")[1]
        assert "csrfmiddlewaretoken" not in seen["/start"][2]
        assert "krama\0worker" not in _commands(command)


def test_the_public_face_loads_no_room_that_holds_people_or_cases(apart: tuple[House, Path], tmp_path: Path) -> None:
    house, folder = apart
    assert [name for name in _loaded(house, tmp_path, "public", **public(folder)) if _closed(name)] == []


@pytest.mark.every
def test_the_search_finds_a_room_that_is_loaded(demo_house: House, tmp_path: Path) -> None:
    """Planted: the same search, of a process that serves all faces."""
    found = {name for name in _loaded(demo_house, tmp_path, "all", "--no-worker") if _closed(name)}
    assert {"krama.server.cases.models", "krama.server.accounts.models", "django.contrib.sessions"} <= found


def test_the_public_face_has_no_key_but_its_own(apart: tuple[House, Path]) -> None:
    house, folder = apart
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert names == ["database-url", "door-public/0001.pub", "face.json", "pepper", "settings", "trail"]
    homes = {path.read_text().strip() for path in house.keys.rglob("*") if path.is_file() and path.suffix != ".pub"}
    shared = {(house.keys / name).read_text().strip() for name in ("pepper", "trail")}
    assert homes & {path.read_text().strip() for path in folder.rglob("*") if path.is_file()} == shared
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*"))} == {0}


@pytest.mark.parametrize("planted", ["door/0001.key", "identifiers", "kek/0001.key", "trail-signing"])
def test_a_private_key_in_its_folder_stops_it(apart: tuple[House, Path], planted: str) -> None:
    house, folder = apart
    (folder / planted).parent.mkdir(exist_ok=True, mode=0o700)
    (folder / planted).write_bytes((house.keys / planted).read_bytes())
    (folder / planted).chmod(0o600)
    said = house.krama("serve", "--face", "public", "--port", str(free_port()), status=2, **public(folder)).stderr
    assert f"Private keys lie in the public face's folder: {Path(planted).name}" in said


def test_setting_apart_twice_changes_nothing_and_together_ends_it(apart: tuple[House, Path], role: str) -> None:
    house, folder = apart
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    said = house.krama("faces", "apart", "--role", role, "--keys", str(folder)).stdout
    assert f"The database role {role} may INSERT on trail_entry, INSERT on outbox_task, INSERT SELECT (id," in said
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert "trust" in (said := house.krama("check").stdout) or "ok    Sealed at the door" in said
    refused = house.krama("serve", "--port", str(free_port()), status=2).stderr
    assert "krama faces together" in refused
    house.krama("faces", "together")
    assert house.one("SELECT count(*) FROM pg_roles WHERE rolname = %s", role) == 0
    assert "Not sealed at the door: one process" in house.krama("check").stdout
    events = house.sql("SELECT event FROM trail_entry WHERE event LIKE %s ORDER BY at", "faces:%")
    assert events == [("faces:apart",), ("faces:apart",), ("faces:together",)]


PLANTED = {
    "GRANT SELECT ON accounts_user TO {}": "SELECT on accounts_user",
    "GRANT SELECT ON cases_case TO PUBLIC": "SELECT on cases_case",
    "GRANT UPDATE (sealed_reason) ON cases_decision TO {}": "UPDATE on cases_decision",
    "GRANT DELETE ON trail_entry TO {}": "DELETE on trail_entry",
    "GRANT SELECT ON intake_part TO {}": "SELECT on intake_part",
    "GRANT SELECT (account_key) ON intake_report TO {}": "SELECT on intake_report (account_key)",
    "GRANT UPDATE (state) ON intake_report TO PUBLIC": "UPDATE on intake_report (state)",
    "GRANT SELECT ON intake_message TO {}": "SELECT on intake_message",
    "CREATE POLICY all_of_it ON intake_report FOR SELECT TO {} USING (true)": "intake_report by the policy all_of_it",
    "DROP POLICY krama_public_face_insert ON intake_part": "rows of intake_part unguarded",
    "GRANT CREATE ON SCHEMA public TO {}": "makes tables",
    "GRANT pg_monitor TO {}": "is a member of other roles",
    "ALTER ROLE {} BYPASSRLS": "passes row policies",
    "ALTER TABLE trail_entry DISABLE ROW LEVEL SECURITY": "rows of trail_entry unguarded",
}


def test_every_planted_grant_is_named(apart: tuple[House, Path], role: str) -> None:
    house, folder = apart
    for statement in PLANTED:
        house.sql(statement.format(role))
    said = house.krama("check", status=1).stdout
    assert [named for named in PLANTED.values() if named not in said] == []
    house.sql("REVOKE UPDATE (state) ON intake_report FROM PUBLIC")
    house.sql("DROP POLICY all_of_it ON intake_report")
    for undo in ("REVOKE ALL ON cases_case FROM PUBLIC", "REVOKE CREATE ON SCHEMA public FROM {}"):
        house.sql(undo.format(role))
    for undo in ("REVOKE pg_monitor FROM {}", "ALTER ROLE {} NOBYPASSRLS"):
        house.sql(undo.format(role))
    house.krama("faces", "apart", "--role", role, "--keys", str(folder))
    assert "may more" not in house.krama("check").stdout


def test_the_key_it_seals_to_is_not_destroyed_before_it_has_a_newer_one(apart: tuple[House, Path], role: str) -> None:
    house, folder = apart
    house.krama("keys", "rotate")
    assert "The public face seals to an older key" in house.krama("check", status=1).stdout
    house.krama("retention", "run", KRAMA_BACKUP_DAYS="0")
    left = [path.name for path in (house.keys / "door").glob("*.key")]
    assert sorted(left) == ["0001.key", "0002.key"]
    house.krama("faces", "apart", "--role", role, "--keys", str(folder))
    assert (folder / "door-public" / "0002.pub").exists()
    house.krama("retention", "run", KRAMA_BACKUP_DAYS="0")
    assert [path.name for path in (house.keys / "door").glob("*.key")] == ["0002.key"]


def test_on_sqlite_it_says_why_not(real_house: House, tmp_path: Path) -> None:
    if real_house.database:
        pytest.skip("SQLite only")
    said = real_house.krama("faces", "apart", "--keys", str(tmp_path / "public"), status=2).stderr
    assert "faces run apart on PostgreSQL only" in said
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--role", "krama; DROP", "--keys", "public"], "cannot name a role"),
        (["--keys", "home/public"], "closed to the public face"),
        (["--keys", "keys"], "closed to the public face"),
        (["--keys", "public", "--user", "nobody-of-that-name"], "There is no user"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(real_house: House, options: list[str], words: str) -> None:
    if not real_house.database:
        pytest.skip("faces run apart on PostgreSQL")
    said = real_house.krama("faces", "apart", *options, status=2).stderr
    assert words in said or "needs root" in said
    assert not (real_house.folder / "home" / "faces.json").exists()


def test_other_commands_are_the_console_s(real_house: House) -> None:
    assert "only `krama serve` runs there" in real_house.krama("check", status=2, KRAMA_FACE="public").stderr
    assert "is no face" in real_house.krama("check", status=2, KRAMA_FACE="backstage").stderr


def _closed(name: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in CLOSED)


def _loaded(house: House, tmp_path: Path, face: str, *arguments: str, **environment: str) -> set[str]:
    """What the processes that answer have loaded, after every page was asked for."""
    (tmp_path / "spy").mkdir()
    (tmp_path / "seen").mkdir()
    (tmp_path / "spy" / "sitecustomize.py").write_text(SPY)
    given = {"PYTHONPATH": str(tmp_path / "spy"), "SPY": str(tmp_path / "seen")} | environment
    with faced(house, face, *arguments, **given) as (_command, port):
        for path in ("/", "/start", "/nowhere", "/report", "/learn", "/time"):
            ask(port, path)
        before = {path.name for path in (tmp_path / "seen").iterdir()}
        for seen in (tmp_path / "seen").iterdir():
            seen.unlink()
        wait_until(lambda: before <= {path.name for path in (tmp_path / "seen").iterdir()}, "all were seen again")
        texts = [path.read_text() for path in (tmp_path / "seen").iterdir() if path.suffix != ".part"]
    answering = [text for text in texts if "krama.server.site.rsgi" in text]
    assert answering, "no process that answers was seen"
    return {line for text in texts for line in text.split("\n\n", 1)[1].splitlines()}


def _commands(command: Command) -> str:
    """The command lines of what the supervisor started."""
    said = []
    for child in Path(f"/proc/{command.process.pid}/task/{command.process.pid}/children").read_text().split():
        with suppress(OSError):
            said.append(Path(f"/proc/{child}/cmdline").read_text())
    return " ".join(said)
