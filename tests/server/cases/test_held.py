# SPDX-License-Identifier: Apache-2.0
"""A hold keeps all that its case gathers, also what came after it was placed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from krama.server.cases.actions import decide as actions
from krama.server.cases.queries import case as queries
from krama.server.compartments.actions.hold import place
from krama.server.compartments.models import Compartment
from krama.server.compartments.queries import held
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def kept() -> tuple[set[Compartment], set[Compartment]]:
    """What a case gathers once it is decided, and what is held then; the hold came before the decision."""
    officer, case = builders.person("officer"), builders.case(account="own")
    place(officer, scope=f"case:{case.ref}", compartments=queries.compartments_of(case), basis="referred")
    builders.decision(case, reason="Made up.")
    case.refresh_from_db()
    return set(queries.compartments_of(case)), set(held(timezone.now()))


def test_the_words_of_a_decision_are_held_though_the_hold_came_first() -> None:
    gathered, held_now = kept()
    assert len(gathered) == 2
    assert gathered == held_now


def test_it_is_seen_red_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "keep_too", lambda scope, compartments: None)
    gathered, held_now = kept()
    assert gathered > held_now
