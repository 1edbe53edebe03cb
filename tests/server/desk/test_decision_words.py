# SPDX-License-Identifier: Apache-2.0
"""What a decision says it will do is what will be done: a report that names no content removes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from krama.server.desk.ordered import told
from krama.server.measures.actions_ways import choose_way
from krama.server.measures.kinds import Kind
from krama.server.trail.actor import TERMINAL
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
REMOVES, SHOWS, NOTHING = (
    "Your system is told to remove it.",
    "Your system is told to show it again.",
    "nothing is removed",
)
NONE_TO_DO = "your system has nothing to do"


def page(case: Any) -> str:
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(builders.person("officer"))
    return client.get(f"/cases/{case.ref}").content.decode()


def said(case: Any) -> list[bool]:
    shown = page(case)
    return [words in shown for words in (REMOVES, SHOWS, NOTHING, NONE_TO_DO)]


def test_what_a_scan_found_is_removed_or_shown_again() -> None:
    builders.webhook()
    assert said(builders.case(account="one")) == [True, True, False, False]


def test_a_report_that_names_nothing_leaves_the_system_nothing_to_do() -> None:
    case = builders.told_case("bullying")
    assert said(case) == [False, False, True, True]
    assert 'name="also"' not in page(case)


def test_a_report_that_names_an_account_alone_has_something_to_choose() -> None:
    choose_way(TERMINAL, kind=Kind.HELP, adapter="by-hand")
    case = builders.told_case("bullying", account="one")
    assert said(case) == [False, False, False, False]
    assert "you choose below" in page(case)
    assert 'name="also"' in page(case)


def test_a_report_that_names_a_content_leads_to_its_removal() -> None:
    builders.webhook()
    assert said(builders.told_case("bullying", content="post-1"))[0] is True


NOBODY, PERSON = "Nobody here can remove it yet.", "A person is asked to remove it."


@pytest.mark.parametrize(("adapter", "words"), [("webhook", NOBODY), ("", NOBODY), ("by-hand", PERSON)])
def test_where_no_system_does_it_none_is_said_to_be_told(adapter: str, words: str) -> None:
    """The planted fault: an app that is not connected was said to be told at once."""
    choose_way(TERMINAL, kind=Kind.REMOVE, adapter=adapter)
    shown = page(builders.case())
    assert words in shown
    assert REMOVES not in shown


def test_what_the_app_did_not_name_is_neither_removed_nor_shown_again() -> None:
    builders.webhook()
    shown = page(builders.case(account="one", content_id=""))
    assert "did not say which content it is" in shown
    assert not any(words in shown for words in (REMOVES, SHOWS))
    assert "It is abuse material" in shown


@pytest.mark.parametrize(
    ("ways", "words"),
    [
        ({}, "Decided. The case is closed."),
        ({"remove": "webhook"}, "Decided. The app is told at once."),
        ({"remove": "by-hand"}, "Decided. A person is asked to do it."),
        ({"remove": "webhook", "warn": "by-hand"}, "The app is told at once, and a person is asked to do the rest."),
        ({"remove": "webhook", "warn": ""}, "Not all of it can be done here yet."),
    ],
)
def test_after_a_decision_it_says_who_is_told(ways: dict[str, str], words: str) -> None:
    builders.webhook()
    builders.person()
    for kind, adapter in ways.items():
        choose_way(TERMINAL, kind=kind, adapter=adapter)
    assert words in told({Kind(kind) for kind in ways})
