# SPDX-License-Identifier: Apache-2.0
"""A canary through every door; then every place is searched. Nothing of a child, a reporter or a suspect is found,
and what the firm says about itself only where it may stand.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.canaries import doors
from tests.canaries.classes import class_of, faults, read, unclassed
from tests.canaries.crawl import APART
from tests.canaries.found import Gathered, leaks
from tests.canaries.search import Seeker
from tests.canaries.sent import Run
from tests.canaries.terminal import APART as APART_COMMANDS
from tests.canaries.terminal import GOOD, GOOD_IN_SAMPLE, SAMPLE
from tests.canaries.values import SCRIPTS

pytestmark = [pytest.mark.database, pytest.mark.every_postgres, pytest.mark.loopback]
# What is no reference of a case has no good form; nor has a choice that was tampered with, which is no page's door.
REFUSED = {"page desk:emergency_open ref"}
# The loop raises a wave when enough was told alike: before the crawl comes by, or after it.
WAVE = {f"page cases:wave_answer {name}" for name in ("english", "khmer", "reason")}
CODE = "page intake:report code"
# Numbers that Krama or the net drew: they are in no script.
ADDRESSES = {"header REMOTE_ADDR", "header X-Forwarded-For"}
CODES = {CODE, "made receipt code", "made receipt secret", "made counter's code", "made outsider's code"}
SCANNED = ("api scan body.context.(value)", "api scan body.context.(value)")
REPORTED = ("page intake:report content", "page intake:report account")


@pytest.fixture
def ran(run_and_found: tuple[Run, Gathered]) -> Run:
    return run_and_found[0]


def test_nothing_is_found(run_and_found: tuple[Run, Gathered]) -> None:
    found = leaks(run_and_found[1])
    assert found == [], f"{len(found)} leaks:\n" + "\n".join(found[:60])


def test_what_a_command_says_holds_nothing_but_its_own_arguments(ran: Run) -> None:
    seeker, found = Seeker(ran.canaries.marks), []
    for said in ran.said:
        for hit in seeker.find(said.out):
            canary = ran.canaries.known(hit.text)
            if canary is None or (canary.number not in said.given and class_of(canary.door) == "seals"):
                found.append(f"krama {' '.join(said.words)}: {canary}")
    assert found == []


def test_every_text_field_that_a_page_shows_is_classed(ran: Run) -> None:
    table = read()
    assert unclassed(ran.crawl.doors, table) == []
    pages = {door for door in table if door.startswith("page ")} - WAVE
    assert sorted(pages - ran.crawl.doors) == [], "no page shows these any more"


def test_a_canary_went_through_every_door(ran: Run) -> None:
    given = Counter(canary.door for canary in ran.canaries.given)
    commands = {door for door in doors.command_params() if _called(door, ran.every)}
    asked = {door for door in read() if door.startswith(("page ", "path ", "api "))} - WAVE | commands
    assert sorted(door for door in asked if not given[door]) == []
    written: dict[str, set[str]] = {}
    for canary in ran.canaries.given:
        written.setdefault(canary.script, set()).add(canary.door)
    for script in SCRIPTS:  # by every kind of door
        assert {"page", "path", "api", "command"} <= {door.split()[0] for door in written.pop(script)}
    assert written == {"digits": {CODE}, "drawn": CODES | ADDRESSES}


def _called(door: str, every: bool) -> bool:
    words = tuple(door.split()[1:-1])
    made_good = words in GOOD_IN_SAMPLE and " ".join(door.split()[1:]) in GOOD
    return words not in APART_COMMANDS and (every or (words in SAMPLE and not made_good))


def test_every_address_was_knocked_at(ran: Run) -> None:
    assert sorted(set(doors.routes()) - set(ran.crawl.reached) - APART) == []


def test_what_can_identify_somebody_was_taken_and_comes_out_again(ran: Run) -> None:
    """Or else nothing is found because nothing went in."""
    assert set(ran.scanned) == {200}
    assert set(ran.refused) == {415, 422}
    inside = Seeker(ran.canaries.marks).find(ran.shown["case"].encode(), depth=1)
    doors_seen = {canary.door for hit in inside if (canary := ran.canaries.known(hit.text))}
    assert doors_seen == {"api scan body.context.(name)", "api scan body.context.(value)"}
    sealing = {door for door in ran.crawl.doors if class_of(door) == "seals" and "password" not in door}
    assert sorted(sealing - ran.crawl.taken) == sorted(REFUSED)
    assert ran.house.one("SELECT count(*) FROM cases_decision") >= 2
    assert ran.house.one("SELECT count(*) FROM compartments_opening") >= 1


@pytest.mark.parametrize(
    ("page", "door"),
    [
        ("told", "counter:new words"),
        ("told", "counter:new where"),
        ("told", "counter:new back_to"),
        ("looks", "desk:look_give words"),
        ("looks", "desk:outside words"),
        ("sensitivity", "desk:sensitivity reason"),
        ("help", "desk:people words"),
        ("help", "support:write words"),
    ],
)
def test_what_staff_wrote_is_read_again(ran: Run, page: str, door: str) -> None:
    """In both scripts, on the page of whoever may read it."""
    inside = Seeker(ran.canaries.marks).find(ran.shown[page].encode(), depth=0)
    read_back = {canary for hit in inside if (canary := ran.canaries.known(hit.text))}
    assert {one.script for one in read_back if one.door == f"page {door}"} == set(SCRIPTS)


def test_those_who_told_were_asked_everything_and_read_the_answer(ran: Run) -> None:
    """Every question in both scripts; the officer read each word; the answer came back by the code in Khmer digits."""
    from krama.server.intake.questions import BY_ID

    for child in ran.children[:2]:
        assert set(child.asked) == set(BY_ID), child.asked
        assert len(child.code) == 16
        assert [said for said in child.said[:-1] if said not in ran.shown["told"]] == []
        inside = Seeker(ran.canaries.marks).find(ran.shown[f"answer in {child.script}"].encode(), depth=0)
        read_back = {canary for hit in inside if (canary := ran.canaries.known(hit.text))}
        assert {(one.door, one.script) for one in read_back} == {("page desk:answer text", name) for name in SCRIPTS}
    assert [said for child in ran.children for said in child.tampered if said in ran.shown["told"]] == []
    assert ran.children[2].asked[0] == "words"
    assert ran.house.one("SELECT count(*) FROM intake_report WHERE no_code") >= 1
    assert [status for child in ran.children for status in child.statuses if status >= 500] == []


def test_addresses_codes_and_what_is_made_of_them_were_looked_for(ran: Run) -> None:
    doors_drawn = Counter(canary.door for canary in ran.canaries.drawn.values())
    assert doors_drawn["made receipt code"] == 2 * 4  # in one piece and in fours, in Latin and in Khmer digits
    assert doors_drawn["made receipt secret"] == 2 * 3
    assert doors_drawn["header REMOTE_ADDR"] == doors_drawn["header X-Forwarded-For"] == 3
    assert {class_of(door) for door in doors_drawn} == {"seals"}


def test_the_firm_is_told_its_own_ids_and_no_word_more(ran: Run) -> None:
    """The ids came with the scan, or with the report that named them."""
    named = set()
    for body in ran.told:
        data = json.loads(body)["data"]
        assert set(data) == {"id", "measure", "content_id", "account_id", "case_ref", "due"}
        ids = [ran.canaries.known(data[name]) for name in ("content_id", "account_id")]
        assert {ran.canaries.known(hit.text) for hit in Seeker(ran.canaries.marks).find(body)} == set(ids)
        named.add(tuple(canary and canary.door for canary in ids))
    assert {SCANNED} <= named <= {SCANNED, REPORTED}


def test_the_description_of_the_api_is_classed(ran: Run) -> None:
    described = json.loads(ran.shown["openapi"])
    shown = set(doors.api_fields(described))
    assert faults(shown, {door: row for door, row in read().items() if door.startswith("api ")}) == []
