# SPDX-License-Identifier: Apache-2.0
"""Every route × role against `roles.csv`, written by hand, over a real `krama serve`.

A route that is not in the table fails, a row without a route fails, and each cell is asked for. In a cell stands the
status; `login` is a redirect to the sign-in page; an empty cell cannot be: a key has no page of its own.
"""

from __future__ import annotations

import csv
import dataclasses
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.contracts.people import ROLES, People
from tests.hostile.house import planted, served
from tests.server.houses import House, demo_pattern

__all__ = ["demo_pattern"]
TABLE = Path(__file__).with_name("roles.csv")
ACTORS = ["anonymous", *ROLES]
ACTORS += [f"key {scope}" for scope in ("scan", "cases:read", "cases:decide", "measures:confirm", "none", "revoked")]
OURS = "krama.server.site.urls"
FAULTY = "tests.contracts.unguarded_urls"
OWN = {"accounts:person", "accounts:administer", "accounts:reset_password", "accounts:key_revoke"}
OWN |= {"accounts:review", "accounts:place", "accounts:reset_factor", "accounts:provider_name"}
SHA256 = "ab" * 32
SENT: dict[str, dict[str, object]] = {
    "site:become": {"role": "auditor"},
    "site:language": {"language": "km"},
    "api:scan": {"hashes": [{"type": "sha256", "value": SHA256}]},
    "api:scan_batch": {"items": [{"hashes": [{"type": "sha256", "value": SHA256}]}]},
    "api:confirm": {"state": "done"},
    "api:check": {"state": "holds"},
    "assessments:pack_make": {"edition": "99"},
    "accounts:person": {"name": "The same"},
    "accounts:administer": {"role": "reviewer", "is_active": "on"},
}
# The public face sets no cookie: what proves its form is a token sealed by us, and without it nothing is stored.
SEALED_FORMS = {"intake:report"}
SECTOR = {
    "assessments:sector": {"sector": "isp"},
    "assessments:playbook": {"sector": "isp", "name": "new-address-to-stop"},
    "assessments:sector_pdf": {"sector": "isp", "kind": "playbooks", "name": "none", "lang": "en"},
}
CONFIDENTIAL = {
    "confidentiality:records_file": {"lang": "en", "form": "json"},
    "confidentiality:impact_paper": {"number": "1"},
    "confidentiality:impact_approve": {"number": "1"},
    "confidentiality:impact_file": {"number": "1", "lang": "en", "form": "json"},
    "confidentiality:period_propose": {"kind": "case"},
}
COUNTRY = {
    "countries:add": {"group": "holidays"},
    "countries:version": {"number": "1"},
    "countries:entry": {"group": "contacts", "entry": "cncc"},
    "countries:propose": {"group": "contacts", "entry": "cncc"},
    "countries:confirm": {"group": "contacts", "entry": "cncc"},
}
# These change who one is, so whoever asks comes anew.
PASSING = ("site:become", "account_logout", "account_login")


@dataclass(frozen=True)
class Row:
    """What a route answers to each actor."""

    route: str
    method: str
    subject: str
    expected: dict[str, str]


def read(path: Path = TABLE) -> list[Row]:
    with path.open(newline="") as file:
        lines = list(csv.DictReader(file, strict=True))
    assert lines
    assert list(lines[0])[3:] == ACTORS
    return [
        Row(line["route"], line["method"], line["subject"], {who: line[who] for who in ACTORS if line[who]})
        for line in lines
    ]


@cache
def routes(urlconf: str) -> dict[str, str]:
    """Every address the server knows, by name."""
    return dict(_walk(get_resolver(urlconf).url_patterns, (), ""))


def _walk(patterns: list[Any], names: tuple[str, ...], before: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        at = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, (*names, *filter(None, [pattern.namespace])), at)
        elif isinstance(pattern, URLPattern):
            yield ":".join((*names, pattern.name or f"({at})")), at


def gaps(known: dict[str, str], rows: list[Row]) -> list[str]:
    """Routes that the table does not hold for GET and for POST, own and other's; rows of what is no route."""
    held = {(row.route, row.method, row.subject) for row in rows}
    wanted = {(route, method, "other's" if route in OWN else "") for route in known for method in ("GET", "POST")}
    wanted |= {(route, "POST", "own") for route in OWN}
    missing = [f"not in the table: {' '.join(one)}" for one in sorted(wanted - held)]
    return missing + [f"no such route: {row.route}" for row in rows if row.route not in known]


def differences(people: People, rows: list[Row], urlconf: str = OURS) -> list[str]:
    """Each cell that is answered otherwise."""
    found = []
    for row in rows:
        for actor, expected in row.expected.items():
            if (got := answered(people, row, actor, urlconf)) != expected:
                found.append(f"{row.method} {row.route} {row.subject} as {actor}: {got}, not {expected}")
    return found


def answered(people: People, row: Row, actor: str, urlconf: str) -> str:
    visitor = people.visitor(actor, anew=row.route in PASSING)
    path = reverse(row.route, urlconf=urlconf, kwargs=parts(people, row, actor, urlconf))
    body = SENT.get(row.route, {}) if row.method == "POST" else None
    status, where = visitor.ask(row.method, path, body)
    return "login" if status == 302 and where.startswith("/accounts/login?next=") else str(status)


def parts(people: People, row: Row, actor: str, urlconf: str) -> dict[str, str]:
    """The variable parts of its address; where a paper would be printed for each, one that is not there."""
    if row.route == "accounts:key_revoke":
        return {"pk": people.fresh_key(people.pk(actor) if row.subject == "own" else people.another)}
    if row.route in OWN:
        return {"pk": people.pk(actor) if row.subject == "own" else people.another}
    address = routes(urlconf)[row.route]
    if "/units/<uuid:pk>" in address:
        return {"pk": people.of("accounts_unit"), **({"language": "xx"} if "language" in address else {})}
    if "/plan/<uuid:pk>" in address:
        # Ids are random: a step of a unit, so that who leads it may change it on every run.
        return {"pk": people.of("assessments_plantask", "unit_id IS NOT NULL")}
    if "lines/<str:line_id>" in address:
        return {"line_id": "a1.responsible-person", **({"proof": str(uuid.uuid4())} if "<uuid" in address else {})}
    if "editions/<int:number>" in address:
        return {"number": "1"}
    if row.route == "desk:outside":
        return {"pk": str(uuid.uuid4())}
    if "<uuid:report>" in address:
        return {"ref": people.case, "report": str(uuid.uuid4())}
    if "<uuid:playbook>" in address:
        return {"ref": people.case, "playbook": str(uuid.uuid4())}
    if "<str:token>" in address:
        return {"token": "x" * 27}
    if row.route == "intake:lesson":
        return {"name": "none"}
    if row.route == "measures:choose":
        return {"kind": "preserve"}
    for name in ("opening", "placed", "extension", "look", "measure", "task", "view", "cluster", "route", "key"):
        if f"<uuid:{name}>" in address:
            return {name: str(uuid.uuid4())}
    if "<int:pk>" in address:
        return {"pk": "1"}
    if "/register/<uuid:pk>" in address:
        return {"pk": people.register_line}
    if address.startswith("confidential/") and "<uuid:pk>" in address:
        return {"pk": str(uuid.uuid4())}
    if confidential := CONFIDENTIAL.get(row.route):
        return confidential
    if "<uuid:pk>" in address:
        return {"pk": people.list}
    if sector := SECTOR.get(row.route):
        return sector
    if country := COUNTRY.get(row.route):
        return country
    if "proof_id>" in address:
        return {"proof_id": "live.jobs-run"}
    if "<str:kind>" in address:
        whole = {"kind": "policy", "number": "1", "lang": "km", "form": "html"}
        return whole if row.route == "assessments:paper_file" else {"kind": "policy"}
    if "<slug:act>" in address:  # one of its forms, unfinished
        return {"ref": people.case, "act": "peer" if row.route == "desk:people" else "offer"}
    if "<str:language>" in address:
        return {"language": "xx"}
    if "<slug:key>" in address:
        return {"key": "firm"}
    if "ref>" in address:
        return {"ref": people.case}
    return {"measure_id": str(uuid.uuid4())} if "<measure_id>" in address else {}


@pytest.fixture(scope="module")
def people(demo_pattern: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with served(demo_pattern, tmp_path_factory.mktemp("roles"), "--web-workers", "1") as server:
        yield People(server)


def test_the_table_holds_every_route() -> None:
    assert gaps(routes(OURS), read()) == []


@pytest.mark.loopback
def test_every_cell(people: People) -> None:
    assert differences(people, read()) == []


@pytest.mark.loopback
@pytest.mark.every
def test_no_other_method_opens_anything(people: People) -> None:
    seen = []
    for route, address in routes(OURS).items():
        at = Row(route, "DELETE", "other's" if route in OWN else "", {})
        path = reverse(route, urlconf=OURS, kwargs=parts(people, at, "administrator", OURS))
        for method in ("PUT", "PATCH", "DELETE", "TRACE"):
            for actor in ("anonymous", "administrator", "key scan"):
                status, where = people.visitor(actor).ask(method, path)
                if status < 400 and "/accounts/login" not in where:
                    seen.append(f"{method} {address} as {actor}: {status}")
    assert seen == []


@pytest.mark.loopback
def test_nothing_is_written_without_the_forms_token(people: People) -> None:
    rows = [row for row in read() if row.method == "POST" and not row.route.startswith("api:")]
    seen = []
    for row in rows:
        path = reverse(row.route, urlconf=OURS, kwargs=parts(people, row, "administrator", OURS))
        status, _ = people.visitor("administrator").ask("POST", path, SENT.get(row.route, {}), token=False)
        if status not in ((409,) if row.route in SEALED_FORMS else (403, 405)):
            seen.append(f"{row.route}: {status}")
    assert seen == []


def test_a_missing_route_and_a_row_too_many_are_seen_red() -> None:
    rows = [row for row in read() if row.route != "desk:trail"]
    assert gaps(routes(OURS), rows) == ["not in the table: desk:trail GET ", "not in the table: desk:trail POST "]
    without_own = [row for row in read() if (row.route, row.subject) != ("accounts:person", "own")]
    assert gaps(routes(OURS), without_own) == ["not in the table: accounts:person POST own"]
    assert gaps(routes(OURS), [*read(), Row("desk:gone", "GET", "", {})]) == ["no such route: desk:gone"]


@pytest.mark.loopback
def test_a_wrong_cell_is_seen_red(people: People, tmp_path: Path) -> None:
    right = "accounts:staff,GET,,login,403,403,200"
    copied = TABLE.read_text()
    assert right in copied
    (tmp_path / "roles.csv").write_text(copied.replace(right, "accounts:staff,GET,,login,200,403,200"))
    rows = [row for row in read(tmp_path / "roles.csv") if row.route == "accounts:staff"]
    assert differences(people, rows) == ["GET accounts:staff  as reviewer: 403, not 200"]


@pytest.mark.loopback
def test_an_unguarded_page_is_seen_red(demo_pattern: House, tmp_path: Path) -> None:
    assert gaps(routes(FAULTY), read()) == ["not in the table: forgotten GET ", "not in the table: forgotten POST "]
    row = next(row for row in read() if (row.route, row.method) == ("desk:trail", "GET"))
    arguments = ("--interface", "rsgi", "krama.server.site.rsgi:application")
    with planted(demo_pattern, tmp_path, *arguments, DJANGO_SETTINGS_MODULE="tests.contracts.unguarded") as server:
        found = differences(People(server), [dataclasses.replace(row, route="forgotten")], FAULTY)
    assert found[:2] == ["GET forgotten  as anonymous: 200, not login", "GET forgotten  as reviewer: 200, not 403"]
