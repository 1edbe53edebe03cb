# SPDX-License-Identifier: Apache-2.0
"""The case page says no more than is so: what a decision leads to, what is over, what is kept, what was done last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krama.server.accounts.models import User
from krama.server.cases.collecting.collect import mark_emergency
from krama.server.cases.models import Case
from krama.server.compartments.actions import identity
from krama.server.compartments.models import Pseudonym
from krama.server.desk.view import without_coming_back
from krama.server.intake.models import Report
from krama.server.lists.actions import save_list
from krama.server.lists.models import List
from krama.server.trail.actor import TERMINAL
from krama.server.trail.events import Event
from tests.server import builders
from tests.server.desk.test_queue_pages import read, send, signed_in

pytestmark = pytest.mark.django_db
REMOVED, SHOWN_AGAIN = "Your system is told to remove it.", "Your system is told to show it again."


@pytest.fixture(autouse=True)
def connected() -> None:
    builders.webhook()


@pytest.fixture
def officer() -> User:
    found: User = builders.person("officer", name="Bopha")
    return found


@pytest.mark.parametrize(
    ("answers", "says"),
    [({}, (False, False)), ({"account": "a-1"}, (False, False)), ({"content": "post-1"}, (True, False))],
)
def test_of_a_report_it_says_only_what_will_be_done(
    officer: User, answers: dict[str, str], says: tuple[bool, bool]
) -> None:
    page = read(officer, f"/cases/{builders.told_case(**answers).ref}")
    assert (REMOVED in page, SHOWN_AGAIN in page) == says


def test_what_a_scan_found_is_removed_or_shown_again(officer: User) -> None:
    page = read(officer, f"/cases/{builders.case(content_id='post-1').ref}")
    assert REMOVED in page
    assert SHOWN_AGAIN in page


@pytest.mark.parametrize(
    ("answers", "outcome", "said"),
    [
        ({}, "confirm", "Decided. The case is closed."),
        ({"content": "post-1"}, "dismiss", "Decided. The case is closed."),
        ({"content": "post-1"}, "confirm", "Decided. The app is told at once."),
    ],
)
def test_the_app_is_said_to_be_told_where_something_is_to_be_done_alone(
    officer: User, answers: dict[str, str], outcome: str, said: str
) -> None:
    case, client = builders.told_case(**answers), signed_in(officer)
    items = [str(one) for one in builders.items(case)]
    facts = {"outcome": outcome, "layer": "policy", "reason": "Seen.", "items": items}
    assert said in client.post(f"/cases/{case.ref}/decision", facts, follow=True).content.decode()


def test_a_decided_emergency_raises_no_alarm_any_more(officer: User) -> None:
    case = builders.told_case("danger")
    mark_emergency(case)
    for path in (f"/cases/{case.ref}", "/cases"):
        assert "in danger now" in read(officer, path)
    facts = {
        "outcome": "confirm",
        "layer": "policy",
        "reason": "Seen.",
        "items": [str(one) for one in builders.items(case)],
    }
    assert send(officer, f"/cases/{case.ref}/decision", **facts).status_code == 302
    for path in (f"/cases/{case.ref}", "/cases?state=closed"):
        page = read(officer, path)
        assert '<span class="chip stop">in danger now' not in page
        assert "was an emergency" in page


def test_it_says_until_when_it_is_kept(officer: User) -> None:
    case = builders.case()
    assert "Kept from destruction until" not in read(officer, f"/cases/{case.ref}")
    send(officer, f"/cases/{case.ref}/hold", basis="referred")
    assert "Kept from destruction until" in read(officer, f"/cases/{case.ref}")
    assert "Kept from destruction until" not in read(officer, f"/cases/{builders.case('other').ref}")


def open_for(officer: User, case: Case) -> None:
    """What was said, to whoever answers."""
    read(officer, f"/cases/{case.ref}")
    teller = Pseudonym.objects.get(scope=f"case:{case.ref}", kind=Pseudonym.Kind.REPORTER)
    identity.open_identity(officer, pseudonym=teller, purpose="help", second=builders.proof(officer))


@pytest.mark.parametrize("state", [one.value for one in Report.State])
def test_a_second_letter_takes_back_nothing_that_the_child_was_told(officer: User, state: str) -> None:
    case = builders.told_case(words="They laugh.")
    report = Report.objects.get()
    open_for(officer, case)
    Report.objects.update(state=state)
    page = read(officer, f"/cases/{case.ref}")
    chosen = re.findall(r'name="state" value="(\w+)" checked', page)
    assert chosen == ["read" if state == "received" else state]
    send(officer, f"/cases/{case.ref}/reports/{report.pk}/answer", text="Once more.", state=chosen[0])
    assert Report.objects.get().state == chosen[0]


def test_staff_cannot_say_that_it_is_finished_before_it_is(officer: User) -> None:
    case = builders.told_case(words="They laugh.")
    open_for(officer, case)
    send(officer, f"/cases/{case.ref}/reports/{Report.objects.get().pk}/answer", text="Once more.", state="closed")
    assert Report.objects.get().state != Report.State.CLOSED


def test_whose_list_it_is_stands_once_however_many_of_its_hashes_matched(officer: User) -> None:
    made = List(name="Known", owner="A hotline", legal_basis="A contract")
    save_list(TERMINAL, row=made)
    page = read(officer, f"/cases/{builders.case(near='near').ref}")
    assert page.count('class="match"') == 2
    assert page.count("A hotline") == 1


@dataclass(frozen=True)
class Line:
    """An entry of the trail, as far as the timeline asks."""

    event: str
    actor_id: str
    at: datetime


def at(minute: float, event: str, who: str) -> Any:
    return Line(event, who, datetime(2026, 11, 27, 20, 0, tzinfo=UTC) + timedelta(minutes=minute))


def test_coming_back_to_the_page_after_an_act_is_no_line_of_its_own() -> None:
    viewed, acted = Event.CASE_VIEWED, Event.CASE_ROLE
    lines = [
        at(0, acted, "bopha"),
        at(0, viewed, "bopha"),  # the first reading by her
        at(1, acted, "bopha"),
        at(1, viewed, "bopha"),
        at(2, viewed, "bopha"),
        at(3, viewed, "dara"),  # somebody else
        at(4, viewed, "bopha"),  # after somebody else
        at(30, viewed, "bopha"),  # much later
    ]
    assert without_coming_back(lines) == [lines[0], lines[1], lines[2], lines[5], lines[6], lines[7]]


def test_no_act_is_left_out_of_the_timeline() -> None:
    lines = [
        at(minute, event, "bopha") for minute, event in enumerate(one for one in Event if one != Event.CASE_VIEWED)
    ]
    assert without_coming_back(lines) == lines
