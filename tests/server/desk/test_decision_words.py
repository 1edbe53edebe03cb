# SPDX-License-Identifier: Apache-2.0
"""What a decision says it will do is what will be done: a report that names no content removes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

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
    assert said(builders.case(account="one")) == [True, True, False, False]


def test_a_report_that_names_nothing_leaves_the_system_nothing_to_do() -> None:
    case = builders.told_case("bullying")
    assert said(case) == [False, False, True, True]
    assert 'name="also"' not in page(case)


def test_a_report_that_names_an_account_alone_has_something_to_choose() -> None:
    choose_way(TERMINAL, kind=Kind.HELP, adapter="by-hand")
    case = builders.told_case("bullying", account="one")
    assert said(case) == [False, False, True, False]
    assert 'name="also"' in page(case)


def test_a_report_that_names_a_content_leads_to_its_removal() -> None:
    assert said(builders.told_case("bullying", content="post-1"))[0] is True
