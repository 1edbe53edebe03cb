# SPDX-License-Identifier: Apache-2.0
"""Somebody outside, with their pass, over a real `krama serve`: one page opens, and none of all the others."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from html import unescape

import pytest
from django.urls import reverse

from tests.contracts.people import People, Visitor
from tests.contracts.test_roles import OURS, OWN, PASSING, SENT, Row, parts, read, routes
from tests.hostile.house import served
from tests.server.houses import House, demo_pattern

__all__ = ["demo_pattern"]


@pytest.fixture(scope="module")
def people(demo_pattern: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with served(demo_pattern, tmp_path_factory.mktemp("outside"), "--web-workers", "1") as server:
        yield People(server)


def way_in(people: People) -> tuple[str, str]:
    """The officer asks for something that waits, and names somebody outside for it: their address, their code."""
    officer = people.visitor("officer")
    raised = people.house.one("SELECT sensitivity FROM cases_case WHERE ref = %s", people.case) != "normal"
    for to in ("normal",) if raised else ("restricted", "normal"):
        sent = officer.ask("POST", f"/cases/{people.case}/sensitivity", {"to": to, "reason": "Made up."})
        assert sent[0] == 302
    look = uuid.UUID(people.house.one("SELECT id FROM cases_look WHERE given_at IS NULL ORDER BY asked_at DESC"))
    assert officer.ask("POST", f"/looks/{look}/outsider", {"who": "A teacher"})[0] == 200
    shown = re.findall(r'<code translate="no">([^<]+)</code>', officer.said)
    return "/outside/" + unescape(shown[0]).rpartition("/")[2], unescape(shown[1])


def entered(people: People) -> tuple[Visitor, str]:
    path, code = way_in(people)
    visitor = Visitor(people.server.port)
    assert visitor.ask("POST", path, {"code": code}) == (302, path)
    assert visitor.ask("GET", path)[0] == 200
    return visitor, path


@pytest.mark.loopback
def test_the_code_opens_one_page_and_every_other_answers_as_to_a_stranger(people: People) -> None:
    visitor, path = entered(people)
    assert "Made up" not in visitor.said
    assert people.case not in visitor.said
    expected = {
        (row.route, row.method, row.subject): row.expected["anonymous"] for row in read() if "anonymous" in row.expected
    }
    seen = []
    for route in routes(OURS):
        for method in ("GET", "POST"):
            row = Row(route, method, "other's" if route in OWN else "", {})
            if route in PASSING or (route, method, row.subject) not in expected:
                continue
            at = reverse(route, urlconf=OURS, kwargs=parts(people, row, "anonymous", OURS))
            status, where = visitor.ask(method, at, SENT.get(route, {}) if method == "POST" else None)
            got = "login" if status == 302 and where.startswith("/accounts/login?next=") else str(status)
            if got != expected[route, method, row.subject]:
                seen.append(f"{method} {at}: {got}")
    assert seen == []
    assert visitor.ask("GET", path)[0] == 200, "and theirs is still open"


@pytest.mark.loopback
def test_every_view_is_in_the_trail_and_the_answer_ends_it(people: People) -> None:
    visitor, path = entered(people)
    count = "SELECT count(*) FROM trail_entry WHERE event = 'outsider:looked'"
    before = people.house.one(count)
    visitor.ask("GET", path)
    assert people.house.one(count) == before + 1
    assert visitor.ask("POST", path, {"agreed": ""})[0] == 422
    assert visitor.ask("POST", path, {"agreed": "no", "words": "Keep it so."})[0] == 200
    assert visitor.ask("GET", path)[0] == 200
    assert 'name="code"' in visitor.said
    assert visitor.ask("POST", path, {"agreed": "yes"})[0] == 422


@pytest.mark.loopback
def test_a_pass_is_of_one_browser_and_one_look(people: People) -> None:
    visitor, path = entered(people)
    other, other_path = entered(people)
    assert other.ask("GET", path)[0] == 200
    assert 'name="code"' in other.said, "the pass of another look opens nothing"
    stranger = Visitor(people.server.port)
    stranger.ask("GET", path)
    assert 'name="code"' in stranger.said
    people.visitor("officer").ask("POST", f"/looks/{_look(people, other_path)}/take-back", {})
    other.ask("GET", other_path)
    assert 'name="code"' in other.said
    visitor.ask("GET", path)
    assert 'name="words"' in visitor.said


def _look(people: People, path: str) -> uuid.UUID:
    pk = uuid.UUID(path.rpartition("/")[2]).hex
    return uuid.UUID(people.house.one("SELECT look_id FROM cases_outsider WHERE id = %s", pk))
