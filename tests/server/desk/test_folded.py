# SPDX-License-Identifier: Apache-2.0
"""What was said, when it is grave, is folded: one part opens at a time. Reading it is counted for its reader."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from krama.server.cases.models import Case
from krama.server.compartments.models import Pseudonym
from krama.server.wellbeing.models import Exposure
from krama.server.wellbeing.whose import whose
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def lead() -> Any:
    return builders.person("lead")


def opened(lead: Any, case: Case) -> str:
    """The case page once what was said is open."""
    client = Client()
    client.force_login(lead)
    client.get(f"/cases/{case.ref}")
    teller = Pseudonym.objects.get(scope=f"case:{case.ref}", kind=Pseudonym.Kind.REPORTER)
    client.post(f"/cases/{case.ref}/open", {"pseudonym": teller.pk, "purpose": "protect"})
    return client.get(f"/cases/{case.ref}").content.decode()


def test_a_grave_report_opens_one_part_at_a_time(lead: Any) -> None:
    page = opened(lead, builders.told_case("threat", words="One part.", where="Another part."))
    parts = page.split('<details name="said-1">')[1:]
    assert len(parts) >= 2, "parts of one name: a browser shuts one when it opens the next"
    assert "One part." in parts[0]
    assert "One part." not in page.split('<details name="said-1">')[0]
    assert "<details open" not in page


def test_what_is_not_grave_is_read_at_once(lead: Any) -> None:
    page = opened(lead, builders.told_case("bullying", words="One part.", where="Another part."))
    assert 'name="said-' not in page
    assert "One part." in page


def test_a_report_of_a_grave_case_is_folded_whatever_its_topic(lead: Any) -> None:
    case = builders.told_case("bullying", words="One part.")
    Case.objects.filter(pk=case.pk).update(severity="critical")
    assert '<details name="said-1">' in opened(lead, case)


def test_reading_it_is_one_text_of_its_readers_day(lead: Any) -> None:
    opened(lead, builders.told_case("threat", words="One part."))
    row = Exposure.objects.get(whose=whose(lead))
    assert (row.texts, row.identities, row.items) == (1, 0, 1)
