# SPDX-License-Identifier: Apache-2.0
"""A report at the real public face run apart: taken there, collected and answered at the console, read with the code.

As the operating system's own user and the database's own role; needs root, and says so when skipped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.server.houses import KRAMA, free_port, wait_until
from tests.server.site.sent import PAGES, Sent, raw
from tests.server.site.test_public_user import Apart, apart, started

__all__ = ["apart"]
pytestmark = [pytest.mark.loopback, pytest.mark.database]
WORDS, ANSWER, NUMBER = "គេគំរាមខ្ញុំ canary-6142", "យើងបានអាន canary-3318", "012 999 417"

# At the console: staff write back.
WRITE = """
import sys, krama.cli.house as house
house.enter()
from krama.server.intake.actions.write_back import write_back
from krama.server.intake.models import Report
from krama.server.intake.queries import answers_of
from krama.server.trail.actor import Machine
report = Report.objects.get()
print(dict(answers_of(report))["words"])
write_back(Machine("staff"), report=report, text=sys.argv[1])
"""
# At the console: one person proposes a number, another one accepts it.
CHANGE = """
import sys, krama.cli.house as house
house.enter()
from krama.countries import entry_of
from krama.server.accounts.models import User
from krama.server.countries import actions, queries
one, two = (User.objects.create_user(username=name, password=None) for name in ("proposer-1", "accepter-2"))
fields = entry_of(queries.raw_now(), "contacts", "child-helpline") | {"phones": [sys.argv[1]]}
row = actions.propose(one, group="contacts", entry="child-helpline", fields=fields, why="They moved.")
actions.accept(two, change=row.pk)
"""
# As the public face, in SQL: what it sees of reports that it does not know.
LOOK = """
import json, os, sys
from pathlib import Path
import psycopg
url = (Path(os.environ["KRAMA_KEYS"]) / "database-url").read_text()
found = {}
with psycopg.connect(url, autocommit=True) as it:
    def count(table):
        return it.execute("SELECT count(id) FROM " + table).fetchone()[0]
    def refused(statement, *values):
        try:
            it.execute(statement, values)
        except psycopg.errors.InsufficientPrivilege:
            return True
        return False
    found["unnamed"] = [count("intake_report"), count("intake_message")]
    found["changed"] = it.execute("UPDATE intake_report SET is_emergency = true").rowcount
    part = "INSERT INTO intake_part (id, report_id, at, question, mark, sealed, door_version) "
    part += "VALUES (gen_random_uuid(), %s, now(), 'words', 'x', 'x', 1)"
    found["part of another"] = refused(part, sys.argv[1])
    it.execute("SELECT set_config('krama.report', %s, false)", [sys.argv[1]])
    found["named"] = [count("intake_report"), count("intake_message")]
    report = "INSERT INTO intake_report (id, at, door, language, topic, is_emergency, state, no_code, content_key, "
    report += "account_key, words_key) "
    report += "VALUES (gen_random_uuid(), now(), %s, 'km', 'test', false, %s, false, '', '', %s)"
    found["reports"] = [refused(report, *row) for row in (("staff", "received", ""), ("page", "closed", ""),
                        ("page", "received", "forged"))]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def ports(apart: Apart) -> Iterator[tuple[int, int, subprocess.Popen[bytes]]]:
    console, public = free_port(), free_port()
    serve = [KRAMA, "serve", "--port", str(console), "--face", "console"]
    face = [*apart.serve, "--port", str(public), "--face", "public"]
    with (
        started(serve, apart.console, console, "/start"),
        started(face, apart.face, public, "/report") as process,
    ):
        yield console, public, process


def rows(apart: Apart, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(apart.database, autocommit=True) as connection:
        return connection.execute(statement.encode()).fetchall()


def at_console(apart: Apart, script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=apart.console,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_a_report_goes_in_is_answered_and_read_back(
    apart: Apart, ports: tuple[int, int, subprocess.Popen[bytes]]
) -> None:
    _console, port, _process = ports
    visit = Sent(port)
    code = visit.tell(WORDS)
    wait_until(lambda: bool(rows(apart, "SELECT 1 FROM intake_report WHERE collected_at IS NOT NULL")), "collected", 30)
    wait_until(lambda: not rows(apart, "SELECT 1 FROM intake_part WHERE door_version IS NOT NULL"), "moved in", 30)
    assert at_console(apart, WRITE, ANSWER).strip() == WORDS
    back = Sent(port).open().send(do="open", code=code)
    assert ANSWER in back.page
    assert WORDS not in back.page
    assert rows(apart, "SELECT count(*) FROM intake_message WHERE read_at IS NOT NULL") == [(1,)]
    assert "We have it. Thank you." in back.send(do="more", answer="more to say").page
    assert "You took your report back." in back.send(do="withdraw").page
    assert rows(apart, "SELECT count(*), count(withdrawn_at) FROM intake_report") == [(1, 1)]
    seals = rows(apart, "SELECT count(*) FROM trail_entry WHERE actor_id = 'public' AND seal = ''")
    assert seals == [(0,)], "an entry of the public face is not sealed"
    assert [one.header("set-cookie") for one in (*visit.answers, *back.answers) if one.header("set-cookie")] == []


def test_the_same_form_sent_twice_is_one_answer_and_danger_is_said_once(
    apart: Apart, ports: tuple[int, int, subprocess.Popen[bytes]]
) -> None:
    before = rows(apart, "SELECT count(*) FROM intake_report")[0][0]
    visit = Sent(ports[1]).open()
    first = visit.answers[-1]
    visit.send(topic="threat")
    visit.answers.append(first)
    visit.send(topic="threat")
    second = visit.answers[-1]
    for _ in range(3):
        visit.answers.append(second)
        visit.send(answer="the same words", do="danger")
    found = rows(apart, "SELECT id, is_emergency FROM intake_report ORDER BY at DESC LIMIT 1")
    assert rows(apart, "SELECT count(*) FROM intake_report") == [(before + 1,)]
    assert found[0][1] is True
    pk = found[0][0]
    assert rows(apart, f"SELECT count(*) FROM intake_part WHERE report_id = '{pk}'") == [(1,)]
    events = rows(apart, f"SELECT event FROM trail_entry WHERE subject_id = '{pk}' AND event = 'report:emergency'")
    assert len(events) == 1
    nothing = Sent(ports[1]).open().send(topic="saw").send(answer="", do="send").send(do="no-code")
    assert nothing.answers[-1].status == 200
    assert rows(apart, "SELECT count(*) FROM intake_report WHERE no_code") == [(1,)]


def test_its_role_cannot_list_reports_nor_write_what_is_not_its_own(
    apart: Apart, ports: tuple[int, int, subprocess.Popen[bytes]]
) -> None:
    Sent(ports[1]).tell("another one")
    pk = rows(apart, "SELECT report_id FROM intake_message LIMIT 1")[0][0]
    emergencies = rows(apart, "SELECT count(*) FROM intake_report WHERE is_emergency")
    found = json.loads(apart.as_public("-c", LOOK, str(pk)).stdout)
    assert (found["unnamed"], found["changed"], found["named"]) == ([0, 0], 0, [1, 1])
    assert (found["part of another"], found["reports"]) == (True, [True, True, True])
    assert rows(apart, "SELECT count(*) FROM intake_report WHERE is_emergency") == emergencies


def test_a_policy_that_lets_all_rows_be_seen_is_noticed(
    apart: Apart, ports: tuple[int, int, subprocess.Popen[bytes]]
) -> None:
    """Planted: with it the look above sees every report, and `krama check` names it."""
    pk = rows(apart, "SELECT report_id FROM intake_message LIMIT 1")[0][0]
    apart.sql("CREATE POLICY planted ON intake_report FOR SELECT USING (true)")
    try:
        found = json.loads(apart.as_public("-c", LOOK, str(pk)).stdout)
        said = apart.krama("check", status=1)
    finally:
        apart.sql("DROP POLICY planted ON intake_report")
    assert found["unnamed"][0] > 1
    assert "rows of intake_report by the policy planted" in said


@pytest.mark.every
def test_a_number_that_two_people_changed_is_on_the_page(
    apart: Apart, ports: tuple[int, int, subprocess.Popen[bytes]]
) -> None:
    assert NUMBER not in raw(ports[1], "/report").page
    at_console(apart, CHANGE, NUMBER)
    page = raw(ports[1], "/report").page
    assert NUMBER in page
    assert f"tel:{NUMBER.replace(' ', '')}" in page
    file = apart.public.with_name("public-facts") / "country.json"
    file.unlink()
    wait_until(file.exists, "the job loop mends it within a minute", 90)
    assert NUMBER in file.read_text()


def test_the_pages_of_the_face_apart_keep_what_they_promise(ports: tuple[int, int, subprocess.Popen[bytes]]) -> None:
    for path in PAGES:
        answer = raw(ports[1], path, **dict[str, Any]({"Accept-Language": "en-US"}))
        assert (answer.header("set-cookie"), answer.header("cache-control")) == ("", "no-store"), path
        framed = "*" if path != "/time" else "'none'"
        assert f"frame-ancestors {framed}" in answer.header("content-security-policy"), path
        assert "csrf" not in answer.page, path
    for path in ("/start", "/nowhere"):
        assert "frame-ancestors 'none'" in raw(ports[1], path).header("content-security-policy"), path


def test_the_process_holds_no_private_key(apart: Apart, ports: tuple[int, int, subprocess.Popen[bytes]]) -> None:
    """Neither in its folder nor in what its processes were started with; the shared two are found."""
    home = next((apart.ground / "keys").iterdir())
    private = [path for path in home.rglob("*") if path.suffix != ".pub" and path.is_file()]
    keys = {path.relative_to(home): path.read_text(errors="replace").strip() for path in private}
    pids = [ports[2].pid, *_children(ports[2].pid)]
    assert len(pids) > 1
    held = [path.read_text() for path in apart.public.rglob("*") if path.is_file()]
    held += [Path(f"/proc/{pid}/{name}").read_text(errors="replace") for pid in pids for name in ("environ", "cmdline")]
    found = {str(name) for name, key in keys.items() if len(key) >= 64 and any(key in text for text in held)}
    assert found == {"pepper", "trail"}
    assert not any(name.startswith("KRAMA_HOME") for text in held for name in text.split("\0"))


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_children(int(child))]
    return found
