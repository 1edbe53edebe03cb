# SPDX-License-Identifier: Apache-2.0
"""Which tables have something of a case: asked in one question, and of a link or a move from both of its ends."""

from __future__ import annotations

import pytest
from django.utils import timezone

from krama.server.callout.models import Alarm
from krama.server.cases.actions.peer import say_peer
from krama.server.cases.beside import beside
from krama.server.cases.models import Link, Note, PeerMark, Regroup
from tests.server import builders

pytestmark = pytest.mark.django_db


def test_most_cases_have_nothing() -> None:
    assert beside(builders.case(account="one"), Alarm) == set()


def test_a_link_and_a_move_are_of_both_cases() -> None:
    one, other, third = (builders.case(account=name) for name in ("one", "two", "three"))
    Link.objects.create(one=one, other=other, at=timezone.now())
    Regroup.objects.create(source=other, target=third, kind=Regroup.Kind.SPLIT, at=timezone.now(), items=[])
    assert beside(one) == {Link}
    assert beside(other) == {Link, Regroup}
    assert beside(third) == {Regroup}


def test_what_is_written_beside_one_is_not_beside_another() -> None:
    marked, bare = builders.case(account="one"), builders.case(account="two")
    say_peer(builders.person("lead"), case=marked, said="yes", words="Their profile says a class of school.")
    assert {PeerMark, Note} & beside(marked)
    assert beside(bare) == set()
