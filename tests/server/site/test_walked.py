# SPDX-License-Identifier: Apache-2.0
"""A step of the chapters on work with cases is done by its own act and by no other: each is seen undone before."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from krama.server.callout.actions.raise_alarm import collect as raise_alarms
from krama.server.callout.actions.take import take_here
from krama.server.callout.models import Alarm
from krama.server.cases import waves
from krama.server.cases.actions import looks, peer, people, queue, rules
from krama.server.cases.actions import playbook as steps_of
from krama.server.cases.actions import waves as warnings
from krama.server.cases.actions.decide import decide, note_view
from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Look, Wave
from krama.server.cases.models.queue import Near
from krama.server.cases.triage import rules as in_force
from krama.server.compartments.actions.identity import name_them, open_identity
from krama.server.compartments.models import Pseudonym
from krama.server.measures.models import Measure
from krama.server.site import demo, steps, walked
from krama.server.support import actions as support
from krama.server.wellbeing import actions as wellbeing
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def done(happened: dict[str, bool]) -> list[str]:
    return [key for key, yes in happened.items() if yes]


def test_every_step_of_these_chapters_is_looked_at() -> None:
    looked = {"officer": walked.officer(), "reviewer": walked.reviewer(()), "peers": walked.peers()}
    for chapter in (steps.OFFICER, steps.REVIEWER, steps.PEERS):
        assert list(looked[chapter.key]) == [step.key for step in chapter.steps]
        assert done(looked[chapter.key]) == []


def test_the_officers_steps_are_done_one_by_one() -> None:
    officer = builders.person("officer")
    rules.try_out(officer, book=in_force())
    assert done(walked.officer()) == ["rules"]
    case = builders.told_case("danger")
    assert done(walked.officer()) == ["rules", "danger"]
    raise_alarms()
    take_here(officer, alarm=Alarm.objects.get().pk)
    assert done(walked.officer())[2:] == [], "whoever took it has not opened the case"
    note_view(officer, case=case)
    assert done(walked.officer())[2:] == ["take"]
    demo.let_pupils_tell("en")
    while collect():
        pass
    assert done(walked.officer())[3:] == [], "five have told, and no wave was raised yet"
    waves.watch()
    assert done(walked.officer())[3:] == ["wave"]
    warnings.answer(officer, wave=Wave.objects.get(), release=False, reason="One class.")
    assert done(walked.officer())[4:] == ["warn"]
    threatened = Case.objects.filter(items__report__topic="threat")[0]
    steps_of.begin(threatened)
    book = threatened.playbooks.get()
    steps_of.mark(officer, case=threatened, playbook=book.pk, step="danger", done=True)
    assert done(walked.officer())[5:] == ["playbook"]
    order = builders.measure()
    Measure.objects.filter(pk=order.pk).update(state=Measure.State.DONE)
    assert done(walked.officer())[6:] == [], "removed is not warned"
    Measure.objects.filter(pk=order.pk).update(kind=Measure.Kind.WARN)
    assert done(walked.officer())[6:] == ["measure"]


def test_five_pupils_tell_in_their_own_words_so_that_it_is_a_wave_in_either_language() -> None:
    for language, words in demo.PUPILS.items():
        assert len(set(words)) == 5, language


def test_the_reviewers_steps_are_done_one_by_one() -> None:
    reviewer, other = builders.person("reviewer"), builders.person("officer")
    one, two = builders.case(account="one"), builders.case(account="two")
    cluster = uuid4()
    Near.objects.filter(item__case__in=(one, two)).delete()
    Near.objects.create(item=one.items.get(), cluster=cluster, number=1)
    assert done(walked.reviewer(())) == []
    Near.objects.create(item=two.items.get(), cluster=cluster)
    assert done(walked.reviewer(())) == ["copies"]
    queue.take(reviewer, case=one)
    assert done(walked.reviewer(()))[1:] == ["next"]
    name = named(one, Pseudonym.Kind.ACCOUNT)
    open_identity(other, pseudonym=name, purpose="decide", second=builders.proof(other))
    assert done(walked.reviewer(()))[2:] == [], "the officer did that"
    open_identity(reviewer, pseudonym=name, purpose="decide", second=builders.proof(reviewer))
    assert done(walked.reviewer(()))[2:] == ["text"]
    wellbeing.pass_on(reviewer, case=builders.case())
    assert done(walked.reviewer(()))[3:] == ["pass"]
    confirm(reviewer, one)
    assert done(walked.reviewer(()))[4:] == [], "one of them is decided"
    confirm(reviewer, two)
    assert done(walked.reviewer(()))[4:] == ["alike"]
    assert done(walked.reviewer({"own"}))[5:] == ["own"]
    wellbeing.choose(reviewer, minutes=None, kinds=[])
    assert done(walked.reviewer(()))[5:] == [], "no limit was chosen"
    wellbeing.choose(reviewer, minutes=120, kinds=[])
    assert done(walked.reviewer(()))[5:] == ["limit"]


def named(case: Any, kind: Pseudonym.Kind) -> Pseudonym:
    """As the case page names whoever is in it."""
    return name_them(f"case:{case.ref}", kind, ["h" * 64])["h" * 64]


def confirm(actor: Any, case: Any) -> None:
    words: dict[str, Any] = {"outcome": "confirm", "layer": "law", "reason": "Seen.", "decided_by": "Sok"}
    decide(actor, ref=case.ref, items=builders.items(case), **words)


def test_the_peer_paths_steps_are_done_one_by_one() -> None:
    officer, lead = builders.person("officer"), builders.person("lead")
    builders.told_case("threat")
    assert done(walked.peers()) == []
    case = builders.told_case("bullying")
    assert done(walked.peers()) == ["tell"]
    who = named(case, Pseudonym.Kind.REPORTER)
    people.say_role(officer, case=case, pseudonym=who, part="child")
    assert done(walked.peers())[1:] == ["parts"]
    peer.say_peer(officer, case=case, said="yes", words="Their class.")
    assert done(walked.peers())[2:] == ["peer"]
    peer.record_wish(officer, case=case, wish=peer.Asked("not-asked"))
    assert done(walked.peers())[3:] == [], "nobody has asked"
    peer.record_wish(officer, case=case, wish=peer.Asked("cannot-ask"))
    assert done(walked.peers())[3:] == ["wish"]
    peer.write_note(officer, case=case, words="Both stay at school; talking helps them.")
    assert done(walked.peers())[4:] == ["note"]
    looks.give(lead, look=Look.objects.get(), agreed=False)
    assert done(walked.peers())[5:] == [], "the second person did not agree"
    _note, look = peer.write_note(officer, case=case, words="Both stay at school; so it was said in class.")
    looks.give(lead, look=look, agreed=True)
    assert done(walked.peers())[5:] == ["second"]
    support.offer(officer, case=case, what="school")
    assert done(walked.peers())[6:] == ["help"]


def test_who_said_on_the_phone_that_the_other_is_a_child_need_not_be_told_so_again() -> None:
    builders.told_case("bullying", peer="yes")
    assert done(walked.peers()) == ["tell", "peer"]
