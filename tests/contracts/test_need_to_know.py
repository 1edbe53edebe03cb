# SPDX-License-Identifier: Apache-2.0
"""Role × operation × sensitivity × assignment × conflict against `need_to_know.csv`, written by hand, object by object.

In a cell of the table stands one word, several with | between, or `any`; each combination must be covered by exactly
one line. Every combination has a case of its own on a real `krama serve`. Only people who stand above in the firm are
there too: who stands in where nobody is free, `tests/server/cases/test_reach.py` says.
"""

from __future__ import annotations

import csv
import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from krama.server.accounts.models import Role
from krama.server.cases.models import Recusal, Sensitivity
from tests.contracts import who_may_see
from tests.contracts.need_ground import ASSIGNMENTS
from tests.contracts.people import People, Visitor
from tests.contracts.test_roles import OURS, routes
from tests.hostile.house import ROOT, Served, planted, served
from tests.server.houses import House, demo_pattern

__all__ = ["demo_pattern"]
TABLE = Path(__file__).with_name("need_to_know.csv")
CONFLICTS = ("none", *Recusal.How.values)
SPREAD = 5  # prime to the length of each axis
Combination = tuple[str, str, str, str, str]
Case = dict[str, str]


@dataclass(frozen=True)
class Ask:
    """How one operation is tried on one case. What would close the case is sent unfinished: 422 is let in."""

    method: str
    path: str
    body: dict[str, object] | None = None
    route: str = ""
    shows: str = ""  # let in where the page says this; else where it is neither 403 nor 404


PAGES = {
    "list": Ask("GET", "/cases?q={ref}", shows='href="/cases/{ref}"', route="cases:queue"),
    "read": Ask("GET", "/cases/{ref}", route="desk:case"),
    "anyway": Ask("POST", "/cases/{ref}/anyway", route="desk:take_anyway"),
    "decide": Ask("POST", "/cases/{ref}/decision", {}, "desk:decide"),
    "take": Ask("POST", "/cases/{ref}/take", {}, "desk:take"),
    "give": Ask("POST", "/cases/{ref}/give-back", {}, "desk:give_back"),
    "open": Ask("POST", "/cases/{ref}/open", {"pseudonym": "{pseudonym}", "purpose": "none"}, "desk:open_face"),
    "answer": Ask("POST", "/cases/{ref}/reports/{report}/answer", {}, "desk:answer"),
    "pause": Ask("POST", "/cases/{ref}/pause", {}, "desk:pause"),
    "go_on": Ask("POST", "/cases/{ref}/go-on", {}, "desk:go_on"),
    "merge": Ask("POST", "/cases/{ref}/merge", {}, "desk:merge"),
    "split": Ask("POST", "/cases/{ref}/split", {}, "desk:split"),
    "book": Ask("POST", "/cases/{ref}/playbooks", {}, "desk:playbook_choose"),
    "hold": Ask("POST", "/cases/{ref}/hold", {}, "desk:hold"),
    "assign": Ask("POST", "/cases/{ref}/assign", {"person": "nobody"}, "desk:assign"),
    "name": Ask("POST", "/cases/{ref}/name", {}, "desk:name_person"),
    "sensitivity": Ask("POST", "/cases/{ref}/sensitivity", {}, "desk:sensitivity"),
    "peer": Ask("POST", "/cases/{ref}/people/peer", {}, "desk:people"),
    "support": Ask("GET", "/cases/{ref}/support", route="support:child"),
    "help": Ask("POST", "/cases/{ref}/support/offer", {}, "support:write"),
    "conflict": Ask("POST", "/cases/{ref}/conflict", {}, "desk:conflict"),
    "extend": Ask("POST", "/confidential/holds/{hold}/longer", {}, "desk:hold_extend"),
    "agree": Ask("POST", "/confidential/longer/{extension}", {}, "desk:hold_agree"),
    "release": Ask("POST", "/confidential/holds/{released}/release", {}, "desk:hold_release"),
    "review": Ask("POST", "/confidential/openings/{opening}", {"was_right": "yes"}, "desk:opening_review"),
    "look": Ask("POST", "/looks/{look}", {"agreed": "yes"}, "desk:look_give"),
    "outsider": Ask("POST", "/looks/{named}/outsider", {"who": "A teacher"}, "desk:look_outsider"),
    "take_back": Ask("POST", "/looks/{named}/take-back", {}, "desk:look_take_back"),
    "break": Ask("POST", "/emergency/open", {"ref": "{ref}"}, "desk:emergency_open", shows='<h2 class="code"'),
    "acts": Ask("GET", "/confidential", shows="{ref}", route="desk:confidential"),
}
SENT = {"outcome": "dismiss", "reason": "x", "items": ["00000000-0000-4000-8000-000000000000"], "decided_by": "x"}
MACHINES = {
    "api_list": Ask("GET", "/api/v1/cases?limit=100&offset={offset}", shows='"{ref}"', route="api:cases"),
    "api_read": Ask("GET", "/api/v1/cases/{ref}", route="api:case"),
    "api_decide": Ask("POST", "/api/v1/cases/{ref}/decision", dict(SENT), "api:decide"),
}
# Takes the id of something in a case and belongs to no case for whoever calls: the firm's own system, somebody outside.
ELSEWHERE = {"api:confirm", "api:check", "desk:outside"}
# Takes the case out of its caller's hands, and with it the ground of all that is asked after: asked in
# tests/server/wellbeing/test_pass_on.py. A step needs a playbook that was begun: tests/server/cases/test_playbook.py.
LETS_GO = {"desk:pass_on", "desk:playbook_mark", "desk:playbook_aside"}
OF_A_CASE = ("ref>", "<uuid:opening>", "<uuid:placed>", "<uuid:extension>", "<uuid:look>", "measure_id>")


def combinations() -> set[Combination]:
    """All that there are, from the enums."""
    people = set(itertools.product(Role.values, PAGES, Sensitivity.values, ASSIGNMENTS, CONFLICTS))
    return people | set(itertools.product(["key"], MACHINES, Sensitivity.values, ASSIGNMENTS, CONFLICTS))


def read(text: str = "") -> tuple[dict[Combination, str], list[str]]:
    """What the table says of each, and what is wrong with it: twice said, unknown, or not said."""
    table: dict[Combination, str] = {}
    known, faults = combinations(), []
    axes = [sorted({one[axis] for one in known}) for axis in range(5)]
    for number, line in enumerate(csv.DictReader((text or TABLE.read_text()).splitlines()), start=2):
        cells = [line[name] for name in ("role", "operation", "sensitivity", "assignment", "conflict")]
        words = [all_ if cell == "any" else cell.split("|") for cell, all_ in zip(cells, axes, strict=True)]
        faults += [f"line {number}: {word}" for one, all_ in zip(words, axes, strict=True) for word in {*one} - {*all_}]
        faults += [f"line {number}: {line['answer']}"] if line["answer"] not in ("allowed", "denied") else []
        for one in itertools.product(*words):
            if one in table:
                faults.append(f"line {number}: said twice: {' '.join(one)}")
            if one in known:
                table[one] = line["answer"]
    return table, faults + [f"not said: {' '.join(one)}" for one in sorted(known - table.keys())]


@dataclass
class Ground:
    """A served home and its cases."""

    server: Served
    made: dict[str, Any]
    pages: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = People(self.server)
        self.machine = Visitor(self.server.port, self.made["key"])
        self.cases = {
            (one["role"], one["sensitivity"], one["assignment"], one["conflict"]): one for one in self.made["cases"]
        }

    def answered(self, one: Combination) -> tuple[str, int]:
        """Allowed or denied, and the status."""
        role, operation, sensitivity, assignment, conflict = one
        case = self.cases[role, sensitivity, assignment, conflict]
        ask = {**PAGES, **MACHINES}[operation]
        visitor = self.machine if role == "key" else self.people.visitor(role)
        if operation in ("acts", "api_list"):
            return self._listed(role, visitor, ask, case), 200
        body = {name: _filled(value, case) for name, value in ask.body.items()} if ask.body is not None else None
        status, _where = visitor.ask(ask.method, ask.path.format(**case), body)
        assert status < 500, (one, status)
        shown = not ask.shows or ask.shows.format(**case) in visitor.said
        return ("allowed" if status not in (403, 404) and shown else "denied"), status

    def _listed(self, role: str, visitor: Visitor, ask: Ask, case: Case) -> str:
        """A list does not depend on the case: it is asked for once."""
        if (role, ask.path) not in self.pages:
            text = ""
            for offset in range(0, 600, 100) if "{offset}" in ask.path else [0]:
                visitor.ask(ask.method, ask.path.format(offset=offset))
                text += visitor.said
            self.pages[role, ask.path] = text
        return "allowed" if ask.shows.format(**case) in self.pages[role, ask.path] else "denied"


def _filled(value: object, case: Case) -> object:
    return value.format(**case) if isinstance(value, str) else value


def differences(ground: Ground, table: dict[Combination, str], only: Callable[[Combination], bool]) -> list[str]:
    """What is answered otherwise; and a case that may not be seen answers 404, as one that is not there."""
    found = []
    for one, expected in sorted(table.items()):
        if not only(one):
            continue
        got, status = ground.answered(one)
        if got != expected:
            found.append(f"{' '.join(one)}: {got} ({status}), not {expected}")
        role, operation, sensitivity, assignment, conflict = one
        read_it = table.get((role, "read", sensitivity, assignment, conflict))
        unseen = read_it == "denied" and role in ("reviewer", "lead", "officer")
        if unseen and operation not in ("list", "acts", "break") and status != 404:
            found.append(f"{' '.join(one)}: {status} says that there is something")
    return found


def made_in(house: House, *roles: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.contracts.need_ground", *roles]
    done = subprocess.run(command, cwd=ROOT, env=house.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def ground(demo_pattern: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with served(demo_pattern, tmp_path_factory.mktemp("need"), "--web-workers", "1", "--no-worker") as server:
        yield Ground(server, made_in(server.house))


def test_the_table_says_every_combination_once() -> None:
    table, faults = read()
    assert faults == []
    assert set(table) == combinations()


def test_every_address_of_something_in_a_case_is_an_operation() -> None:
    asked = {ask.route for ask in (*PAGES.values(), *MACHINES.values())} | ELSEWHERE | LETS_GO
    of_a_case = {name for name, at in routes(OURS).items() if any(mark in at for mark in OF_A_CASE)}
    assert of_a_case - asked == set()
    assert asked <= set(routes(OURS))


@pytest.mark.loopback
@pytest.mark.parametrize("role", [*Role.values, "key"])
def test_every_combination(ground: Ground, role: str, pytestconfig: pytest.Config) -> None:
    """With `--every` each one; else one in five: each value of each axis with each operation."""
    every = bool(pytestconfig.getoption("--every"))
    asked = {one for number, one in enumerate(sorted(combinations())) if every or number % SPREAD == 0}
    assert differences(ground, read()[0], lambda one: one in asked and one[0] == role) == []


def test_the_sample_asks_each_value_of_each_axis_with_each_operation() -> None:
    asked = [one for number, one in enumerate(sorted(combinations())) if number % SPREAD == 0]
    for axis in range(2, 5):
        pairs = {(*one[:2], one[axis]) for one in combinations()}
        assert {(*one[:2], one[axis]) for one in asked} == pairs


def test_a_line_less_twice_or_misspelt_is_seen_red() -> None:
    lines = TABLE.read_text().splitlines()
    assert len(read("\n".join(lines[:-1]))[1]) == len(MACHINES) * 2 * len(ASSIGNMENTS)
    assert "said twice" in read("\n".join([*lines, lines[-1]]))[1][0]
    wrong = [*lines[:-1], lines[-1].replace("sealed", "secret")]
    assert any("secret" in fault for fault in read("\n".join(wrong))[1])


@pytest.mark.loopback
def test_a_wrong_cell_is_seen_red(ground: Ground) -> None:
    right = ("auditor", "read", "normal", "none", "none")
    faults = differences(ground, {right: "allowed"}, lambda one: True)
    assert faults == ["auditor read normal none none: denied (403), not allowed"]


PLANTED: dict[str, list[Combination]] = {
    "no conflict": [
        ("officer", "read", "normal", "none", "account"),
        ("administrator", "break", "normal", "none", "declared"),
        ("officer", "list", "sealed", "own", "marked"),
    ],
    "no sensitivity": [
        ("reviewer", "read", "sealed", "none", "none"),
        ("reviewer", "list", "restricted", "colleague", "none"),
        ("reviewer", "decide", "normal", "other", "none"),
    ],
}


@pytest.mark.loopback
@pytest.mark.parametrize("fault", PLANTED)
@pytest.mark.every
def test_a_broken_rule_is_seen_red(demo_pattern: House, tmp_path: Path, fault: str) -> None:
    arguments = ("--interface", "rsgi", "krama.server.site.rsgi:application")
    own = {"DJANGO_SETTINGS_MODULE": "tests.contracts.unscoped", "KRAMA_PLANTED": fault}
    with planted(demo_pattern, tmp_path, *arguments, **own) as server:
        ground = Ground(server, made_in(server.house, *{one[0] for one in PLANTED[fault]}))
        for one in PLANTED[fault]:
            assert differences(ground, {one: read()[0][one]}, lambda _one: True) != [], one


def test_the_document_holds_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert who_may_see.DOCUMENT.read_text() == who_may_see.document(), "run python -m tests.contracts.who_may_see"
    copied = tmp_path / "need_to_know.csv"
    copied.write_text(
        TABLE.read_text().replace("officer,break,any,any,none,denied", "officer,break,any,any,none,allowed")
    )
    monkeypatch.setattr(who_may_see, "TABLE", copied)
    assert who_may_see.DOCUMENT.read_text() != who_may_see.document()
