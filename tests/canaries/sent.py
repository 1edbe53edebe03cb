# SPDX-License-Identifier: Apache-2.0
"""One honest run: a demo home under a real `krama serve` with its job loop, everybody at work in it, a canary at every
door, until the firm's app was told; and what every process said meanwhile.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.urls import URLPattern

from krama.sealing import read_key
from tests.canaries import firm, machine, terminal
from tests.canaries.browser import Browser
from tests.canaries.child import Child, children
from tests.canaries.crawl import ROLES, Crawl
from tests.canaries.desk import (
    ask_outside,
    call_tree,
    change_sensitivity,
    look_at_once,
    look_inside,
    open_and_answer,
    regroup,
    take_down,
)
from tests.canaries.doors import paths, reads, routes
from tests.canaries.helping import help_child
from tests.canaries.terminal import Said
from tests.canaries.values import SCRIPTS, Canaries
from tests.server.houses import House, free_port, running, wait_until

LOUD = Path(__file__).with_name("loud")
STARTS = (
    "/home",
    "/today",
    "/start",
    "/guidelines",
    "/confidential",
    "/emergency",
    "/trail",
    "/accounts/password/change",
    "/accounts/second-factor",
    "/looks",
    "/confidential/register",
    "/confidential/inventory",
    "/confidential/impact",
    "/confidential/periods",
    "/callout",
)
BESIDE = ("/guidelines/answers/upload", "/guidelines/clauses/shipped", "/country/versions/1")  # linked from nowhere yet
PATIENT = 300.0  # seconds; many may run beside it on a small machine
SCANNED = 8  # of five pictures, so that some cases look alike
PLAIN = (("check",), ("keys", "rotate"))
MORE = (("trail", "verify"), ("retention", "run", "--dry-run"), ("lists", "publish"))
NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass
class Run:
    """`live` is called while everything still runs: what lies in a WAL is gone afterwards."""

    house: House
    canaries: Canaries
    temporary: Path
    began: float
    every: bool = False
    crawl: Crawl = field(init=False)
    said: list[Said] = field(default_factory=list)
    told: list[bytes] = field(default_factory=list)
    machines: list[Browser] = field(default_factory=list)
    scanned: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    logs: dict[str, bytes] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    told_in: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        own = {"TMPDIR": str(self.temporary), "PYTHONPATH": str(LOUD)}
        return own | {"KRAMA_LOOP_SECONDS": "5", "KRAMA_PROOF_SECONDS": "2", "KRAMA_UPLOADS_AT_ONCE": "4"}

    def command(self, *words: str) -> Said:
        said = terminal.run(self.house, self.environment, words)
        self.said.append(said)
        return said


@contextmanager
def honest_run(house: House, *, every: bool = False) -> Iterator[Run]:
    """Yields while the server still runs; `logs` and the rest are whole after the block."""
    temporary = house.folder / "temporary"
    temporary.mkdir()
    run = Run(house, Canaries(), temporary, time.time(), every)
    port = free_port()
    with firm.answering() as app, running(house, "serve", "--port", str(port), **run.environment) as command:
        command.wait_for("Open http", PATIENT)
        run.crawl = Crawl(port, run.canaries, every)
        key = _keys(run, app.port)
        _scans(run, port, key)
        _children(run)
        _machines(run, port, key)
        _people(run)
        _strangers(run)
        _commands(run)
        _closing(run, app)
        run.told = app.received
        yield run
        command.end()
        run.logs["krama serve, with what it starts"] = command.log.read_bytes()
    command.log.unlink()


def _keys(run: Run, app: int) -> str:
    """A key for everything, and an address for measures: both are doors."""
    from krama.server.accounts.models import Scope

    new = run.canaries.new
    name = new("command keys add name", "khmer")
    scopes = [word for scope in Scope.values for word in ("--scope", scope)]
    said = run.command("keys", "add", name, *scopes)
    hook = run.command("webhooks", "add", f"http://127.0.0.1:{app}/hook", "--name", new("command webhooks add name"))
    assert (said.status, hook.status) == (0, 0), (said.out, hook.out)
    return said.out.decode().split("\n")[-2].strip()


def _machine(run: Run, port: int, key: str) -> Browser:
    one = Browser(port, run.canaries, {"Authorization": f"Bearer {key}"})
    run.machines.append(one)
    return one


def _scans(run: Run, port: int, key: str) -> None:
    one = _machine(run, port, key)
    for number in range(SCANNED):
        run.scanned.append(machine.scan_picture(one, number % 5 + 1, SCRIPTS[number % 2]).status)
    run.refused = [answer.status for answer in machine.scan_badly(one)]
    wait_until(lambda: run.house.one("SELECT count(*) FROM cases_item") >= SCANNED, "cases", PATIENT)


def _machines(run: Run, port: int, key: str) -> None:
    """The whole API, then one case decided by it, and that case read back: the sealed words come out again."""
    one = _machine(run, port, key)
    described = json.loads(one.get("/api/v1/openapi.json").body)
    run.shown["openapi"] = json.dumps(described)
    ref = str(
        run.house.one("SELECT ref FROM cases_case WHERE state = 'open' AND sensitivity = 'normal' ORDER BY ref LIMIT 1")
    )
    machine.every_operation(one, described, ref)
    answer = one.get(f"/api/v1/cases/{ref}")
    run.shown["case"] = answer.text
    body: dict[str, Any] = {
        "outcome": "confirm",
        "layer": "law",
        "reason": run.canaries.new("api decide body.reason", "khmer"),
        "rule": run.canaries.new("api decide body.rule", "khmer"),
        "facts": run.canaries.new("api decide body.facts"),
        "items": [item["id"] for item in json.loads(answer.body)["items"] if item["decision"] is None],
        "decided_by": run.canaries.new("api decide body.decided_by"),
    }
    token = run.canaries.new("api decide header.Idempotency-Key")
    for changed in ({}, {}, {"reason": run.canaries.new("api decide body.reason")}):  # again, and another one
        status = one.json("POST", f"/api/v1/cases/{ref}/decision", body | changed, Idempotency_Key=token).status
        assert status == (422 if changed else 200), answer.text


def _children(run: Run) -> None:
    """They tell; the officer reads it and writes back; they come back with their code."""
    before = {pk for (pk,) in run.house.sql("SELECT id FROM intake_report")}
    run.children = children(run.crawl)
    for child in run.children:
        child.tell()
    officer = run.crawl.browser("officer")
    take_down(run.crawl, officer)
    call_tree(run.crawl, run.crawl.browser("lead"))
    wait_until(
        lambda: run.house.one("SELECT count(*) FROM intake_report WHERE collected_at IS NULL") == 0, "cases", PATIENT
    )
    asked = "SELECT r.id, c.ref FROM intake_report r JOIN cases_item i ON i.report_id = r.id"
    asked += " JOIN cases_case c ON c.id = i.case_id ORDER BY r.at"
    run.told_in = list(dict.fromkeys(ref for pk, ref in run.house.sql(asked) if pk not in before))
    run.shown["told"] = "".join(open_and_answer(run.crawl, officer, ref) for ref in run.told_in)
    pepper = read_key(run.house.keys / "pepper")
    for child in run.children[:2]:
        child.learn(pepper)
        run.shown[f"answer in {child.script}"] = child.come_back()
    run.children[1].withdraw()
    ask_outside(run.crawl, run.told_in)
    _alike(run, officer)
    run.shown["looks"] = look_inside(run.crawl, officer)
    run.shown["help"] = help_child(run.crawl, officer, run.told_in[1])
    calm = "SELECT ref FROM cases_case WHERE state = 'open' AND lane = 'fast' AND source = 'scanner' ORDER BY ref"
    run.shown["regrouped"] = regroup(run.crawl, officer, *[ref for (ref,) in run.house.sql(calm)][:2])
    run.shown["sensitivity"] = change_sensitivity(run.crawl, officer, run.told_in[-1])


def _alike(run: Run, officer: Browser) -> None:
    """Two cases that look alike, by one look; the API may have decided one of them before."""
    pairs = (
        "SELECT n.cluster FROM cases_near n JOIN cases_item i ON i.id = n.item_id JOIN cases_case c ON c.id = i.case_id"
    )
    pairs += " WHERE n.cluster IS NOT NULL AND i.decision_id IS NULL AND c.state = 'open'"
    pairs += " GROUP BY n.cluster HAVING count(DISTINCT c.id) > 1"
    wait_until(lambda: len(run.house.sql(pairs)) > 0, "cases that look alike", PATIENT)
    look_at_once(run.crawl, officer, str(UUID(str(run.house.sql(pairs)[0][0]))))


def _people(run: Run) -> None:
    """The officer opens identities and holds first; then all by every form they are shown."""
    refs = [ref for (ref,) in run.house.sql("SELECT ref FROM cases_case WHERE state = 'open' ORDER BY ref")]
    refs = [*run.told_in[:1], *(ref for ref in refs if ref not in run.told_in)]
    starts = (*STARTS, *BESIDE, *(f"/cases/{ref}" for ref in refs[:3]))
    for _again in range(2 if run.every else 1):  # what was sent makes more to see
        for role in ROLES:
            run.crawl.walk(role, starts)


def _strangers(run: Run) -> None:
    """The sign-in page, addresses that are wrong, and every address with a canary in each of its parts."""
    crawl = run.crawl
    crawl.walk("", ("/accounts/login", "/start", "/api/docs", "/report", "/learn", "/time"))
    read = {one.split()[-1] for one in reads() if " GET " in one and "(worked" not in one} | {"next", "unknown"}
    for who in ("", "officer"):
        browser = crawl.browser(who)
        crawl.knock(browser, _addresses(run.canaries), read)
        for number, script in enumerate(SCRIPTS):
            lost = run.canaries.new("path lost", script)
            browser.get(f"/{quote(lost)}/{number}?q={quote(lost)}")
            browser.ask("DELETE", f"/cases/{quote(lost)}")
    crawl.blindly(crawl.browser("officer"), {route: path for route, path in _bare() if route not in crawl.reached})


def _addresses(canaries: Canaries) -> Iterator[tuple[str, str]]:
    """Each part of an address that takes any text, with a canary in it."""
    found = routes()
    for number, door in enumerate(paths(found)):
        _path, route, name = door.split()
        speaks = type(found[route].pattern.converters[name]).__name__ == "StringConverter"
        given = quote(canaries.new(door, SCRIPTS[number % 2] if speaks else "latin"))
        yield door, address_of(route, found[route], {name: given})


def _bare() -> Iterator[tuple[str, str]]:
    for route, pattern in routes().items():
        yield route, address_of(route, pattern, {})


def address_of(route: str, pattern: URLPattern, given: dict[str, str]) -> str:
    """Its address, with what is given in its parts, else something that fits."""
    text = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        fits = {"IntConverter": "1", "UUIDConverter": NOBODY}.get(type(converter).__name__, "none")
        said = given.get(name, fits)
        text = re.sub(rf"<(?:\w+:)?{name}>", said.replace("\\", ""), text)
    before = "/api/v1/" if route.startswith("api:") else "/accounts/" if route.startswith("account_") else "/"
    return before + text


def _commands(run: Run) -> None:
    folder = run.house.folder / "files"
    folder.mkdir()
    run.said += terminal.call_all(run.house, run.canaries, folder, run.environment, run.every)
    out = run.house.folder / "exports"
    out.mkdir()
    named = str(run.house.one("SELECT name FROM lists_list ORDER BY name LIMIT 1"))
    run.command("lists", "export", named, "--output", str(out / "list.csv"))
    for words in (*PLAIN, *(MORE if run.every else ())):
        run.command(*words)
    if run.every:
        run.command("guidelines", "pack", "--out", str(out / "pack.zip"))


def _all_delivered(run: Run) -> bool:
    waiting = ("cases_decision WHERE carried_at IS NULL", "measures_measure WHERE state = 'ordered'")
    return not any(run.house.one(f"SELECT count(*) FROM {rows}") for rows in waiting)


def _closing(run: Run, app: firm.Firm) -> None:
    """All measures ordered were delivered; what can be taken out as a file was."""
    wait_until(lambda: len(app.received) > 0 and _all_delivered(run), "the firm's app is told", PATIENT)
    auditor = run.crawl.browser("auditor")
    for path in ("/trail", "/guidelines/board.en.pdf", "/confidential"):
        run.crawl.files[path] = auditor.get(path).body
    copy = run.house.folder / "exports"
    for name, body in run.crawl.files.items():
        (copy / f"file-{abs(hash(name)) % 10**12}").write_bytes(body)
