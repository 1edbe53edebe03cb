# SPDX-License-Identifier: Apache-2.0
"""How much a case page asks of the database: what most cases have none of is not asked for each time."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from krama.server.cases.actions.peer import say_peer
from krama.server.cases.models import Case
from tests.server import builders
from tests.server.desk.test_queue_pages import signed_in

pytestmark = pytest.mark.django_db


def asked(role: str, case: Case) -> list[str]:
    """When the page is loaded a second time: the first one writes more."""
    client = signed_in(builders.person(role))
    assert client.get(f"/cases/{case.ref}").status_code == 200
    with CaptureQueriesContext(connection) as context:
        client.get(f"/cases/{case.ref}")
    return [one["sql"] for one in context.captured_queries]


def alone(case: Case) -> set[str]:
    """Those of these tables that a page asks by themselves."""
    tables = ("cases_peermark", "cases_note", "cases_wish", "cases_actorrole", "cases_pause", "cases_sensitivitychange")
    single = [one for one in asked("officer", case) if "EXISTS(SELECT 1" not in one]
    return {table for table in tables if any(f'FROM "{table}"' in one for one in single)}


@pytest.mark.parametrize(("role", "most"), [("reviewer", 37), ("officer", 37)])
def test_a_case_page_asks_no_more_than_it_needs(role: str, most: int) -> None:
    builders.person("lead")
    questions = asked(role, builders.case(account="one"))
    assert len(questions) <= most, "\n".join(questions)
    assert len([one for one in questions if 'FROM "accounts_user" ORDER BY' in one]) <= 1, "staff once a page"


def test_what_is_written_beside_a_case_is_asked_where_it_is() -> None:
    bare, marked = builders.case(account="one"), builders.case(account="two")
    say_peer(builders.person("lead"), case=marked, said="yes", words="Their profile says a class of school.")
    assert alone(bare) == set()
    assert alone(marked) == {"cases_peermark", "cases_note"}
