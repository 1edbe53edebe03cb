# SPDX-License-Identifier: Apache-2.0
"""What is witnessed: days kept, and that nothing left a peer case without its note."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from krama.server.cases.actions import peer as actions_peer
from krama.server.cases.actions.peer import Asked
from krama.server.cases.models import Case
from krama.server.cases.models.peer import Answer
from krama.server.cases.proofs.cases import peer_notes_stand
from krama.server.support import actions
from krama.server.support.models import FollowUp
from krama.server.support.proofs import follow_ups_kept
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_day_that_passes_turns_it_red_and_looking_after_the_child_green() -> None:
    officer, case, now = builders.person("officer"), builders.case(), timezone.now()
    assert follow_ups_kept(now).state == "unknown"
    row = actions.follow_up(officer, case=case, on=timezone.localdate(), words="Look.")
    assert follow_ups_kept(now).state == "unknown", "nobody has looked yet"
    FollowUp.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    red = follow_ups_kept(now)
    assert (red.state, red.figures["late"]) == ("fail", 1)
    actions.followed_up(officer, follow_up=row, words="Better.")
    green = follow_ups_kept(timezone.now())
    assert (green.state, green.figures["kept"], green.figures["done_late"]) == ("pass", 0, 1)


def test_what_left_before_anybody_knew_of_a_child_is_red_until_the_note_stands() -> None:
    officer, case = builders.person("officer"), builders.case()
    assert peer_notes_stand(timezone.now()).state == "unknown"
    builders.decision(case)
    assert peer_notes_stand(timezone.now()).state == "unknown", "nobody speaks of another child"
    actions_peer.say_peer(officer, case=case, said="yes", words="Their class.")
    red = peer_notes_stand(timezone.now())
    assert (red.state, red.figures["without"]) == ("fail", 1)
    words = "Both stay at school; talking helps them."
    actions_peer.write_note(officer, case=Case.objects.get(pk=case.pk), words=words, wish=Asked(Answer.CANNOT))
    green = peer_notes_stand(timezone.now())
    assert (green.state, green.figures["noted"]) == ("pass", 1)
