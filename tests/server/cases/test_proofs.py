# SPDX-License-Identifier: Apache-2.0
"""What triage and second looks witness: each turns red by its cause, and green when that is mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from krama.server.cases.actions import looks, rules
from krama.server.cases.actions.peer import say_peer
from krama.server.cases.models import Look
from krama.server.cases.proofs.looks import looks_given
from krama.server.cases.proofs.triage import danger_first
from krama.server.trail.actor import TERMINAL
from krama.triage.load import SHIPPED
from tests.server import builders
from tests.server.cases.test_triage import forgotten, item_of, told

__all__ = ["forgotten"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]
DANGER = "when: {immediacy: [now]}\n    priority: critical"


def version(number: int, *, danger: str = "critical") -> str:
    text = SHIPPED.read_text("utf-8").replace("version: 1", f"version: {number}", 1)
    return text.replace(DANGER, DANGER.replace("critical", danger))


def test_rules_in_which_danger_might_wait_are_red_before_any_case_did() -> None:
    assert danger_first(timezone.now()).state == "unknown"
    item_of(told("bullying"))
    assert danger_first(timezone.now()).state == "pass"
    rules.load(TERMINAL, text=version(2, danger="low"))
    red = danger_first(timezone.now())
    assert (red.state, red.figures) == ("fail", {"version": 2, "kinds": 9})
    rules.load(TERMINAL, text=version(3))
    assert danger_first(timezone.now()).state == "pass"


def test_a_second_look_that_nobody_gives_is_red_until_somebody_does() -> None:
    officer, lead, case = builders.person("officer"), builders.person("lead"), builders.case()
    assert looks_given(timezone.now()).state == "unknown"
    say_peer(officer, case=case, said="yes", words="Their class.")
    say_peer(officer, case=case, said="no", words="They are grown up.")
    assert looks_given(timezone.now()).state == "unknown", "it is to come, and not late"
    Look.objects.update(asked_at=timezone.now() - timedelta(days=4))
    red = looks_given(timezone.now())
    assert (red.state, red.figures["late"], red.figures["hours"]) == ("fail", 1, 96)
    looks.give(lead, look=Look.objects.get(), agreed=True)
    green = looks_given(timezone.now())
    assert (green.state, green.figures["given"], green.figures["open"]) == ("pass", 1, 0)
    ahead = looks_given(timezone.now() - timedelta(days=1))
    assert ahead.state == "unknown", "what a wrong clock dated ahead is not believed"
