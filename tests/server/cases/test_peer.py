# SPDX-License-Identifier: Apache-2.0
"""The peer path: no strike, packet or name leaves without a note on the best interests of both children."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krama.errors import BadInput, Conflict, KramaError
from krama.server.accounts.models import User
from krama.server.cases import peer, registry
from krama.server.cases.actions import looks
from krama.server.cases.actions import peer as actions_peer
from krama.server.cases.actions.peer import Asked
from krama.server.cases.collecting.collect import collect
from krama.server.cases.erasure import erase
from krama.server.cases.models import Case, Decision, Item, Look
from krama.server.cases.models.peer import Answer, Note, PeerMark, Wish
from krama.server.compartments.actions.identity import name_them, open_identity
from krama.server.compartments.models import Opening, Pseudonym
from krama.server.intake.actions.take import take
from krama.server.intake.models import Report
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WORDS = "Both go to one school; talking helps more than a strike."
CANNOT = Asked(Answer.CANNOT)


def told(**answers: str) -> Case:
    """A case from a report with these answers."""
    pk = uuid4()
    take(TERMINAL, pk=pk, topic="bullying", door=Report.Door.PAGE, language="km", answers=answers)
    while collect():
        pass
    return Item.objects.get(report=pk).case


def marked(actor: User, **facts: Any) -> Case:
    case = builders.case(**facts)
    actions_peer.say_peer(actor, case=case, said="yes", words="Their year of birth.")
    return fresh(case)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def noted(actor: User, case: Case) -> Look:
    return actions_peer.write_note(actor, case=case, words=WORDS, wish=CANNOT)[1]


def decide(actor: User, case: Case, layer: str = "law") -> Decision:
    from krama.server.cases.actions.decide import decide as decides

    facts: dict[str, Any] = {"items": builders.items(case), "reason": "Seen.", "decided_by": "Sokha"}
    return decides(actor, ref=case.ref, outcome="confirm", layer=layer, **facts)


def opened(actor: User, case: Case, purpose: str) -> Opening:
    (name,) = name_them(f"case:{case.ref}", Pseudonym.Kind.ACCOUNT, ["a" * 64]).values()
    return open_identity(actor, pseudonym=name, purpose=purpose, second=builders.proof(actor))


@pytest.mark.parametrize(("said", "on"), [("yes", True), ("no", False), ("unsure", False), ("", False)])
def test_a_report_that_says_so_puts_its_case_on_the_path(said: str, on: bool) -> None:
    assert peer.on_peer_path(told(**({"peer": said} if said else {}))) == on


def test_a_person_says_so_at_once_and_few_know_of_the_case_from_then_on() -> None:
    reviewer, _officer = builders.person(), builders.person("officer")
    case = marked(reviewer)
    assert peer.on_peer_path(case)
    assert case.sensitivity == "restricted"
    assert case.named.filter(person=reviewer).exists(), "whoever said it still sees it"
    assert b"birth" not in bytes(PeerMark.objects.get().sealed_mark or b"")
    with pytest.raises(BadInput):
        actions_peer.say_peer(reviewer, case=case, said="yes", words="Again.")


def test_to_take_it_back_needs_a_second_person() -> None:
    officer, lead = builders.person("officer"), builders.person("lead")
    case = marked(officer)
    actions_peer.say_peer(officer, case=case, said="no", words="They work at a bank.")
    assert peer.on_peer_path(case)
    looks.give(lead, look=Look.objects.get(kind="peer"), agreed=True)
    assert not peer.on_peer_path(fresh(case))


def test_what_a_report_says_later_counts_again() -> None:
    officer, lead, case = builders.person("officer"), builders.person("lead"), told(peer="yes")
    actions_peer.say_peer(officer, case=case, said="no", words="They work at a bank.")
    looks.give(lead, look=Look.objects.get(kind="peer"), agreed=True)
    assert not peer.on_peer_path(fresh(case))
    report = case.items.get().report
    assert report is not None
    part = report.parts.get(question="peer")
    part.at = timezone.now() + timedelta(seconds=1)
    part.save(update_fields=["at"])
    assert peer.on_peer_path(fresh(case))


def test_without_the_note_nothing_is_called_illegal_and_nothing_opens_to_be_handed_over() -> None:
    officer = builders.person("officer")
    case = marked(officer)
    with pytest.raises(peer.NoteMissing):
        decide(officer, case)
    for purpose in ("refer", "order"):
        with pytest.raises(peer.NoteMissing):
            opened(officer, case, purpose)
    assert not Decision.objects.exists()
    assert not Opening.objects.exists()
    assert not Entry.objects.filter(event__in=("case:decided", "identity:opened")).exists()


def test_what_protects_and_helps_needs_no_note() -> None:
    officer = builders.person("officer")
    case = marked(officer)
    for purpose in ("protect", "decide", "help"):
        assert opened(officer, case, purpose)
    assert decide(officer, case, "policy").layer == "policy", "removing it protects the child who is shown"


def test_alone_the_note_stands_at_once_and_the_look_is_still_to_come() -> None:
    officer = builders.person("officer")
    case = marked(officer)
    assert noted(officer, case).state == Look.State.DEFERRED
    assert opened(officer, case, "refer")
    assert decide(officer, fresh(case))


def test_whatever_strikes_a_person_asks_the_same() -> None:
    """Measures, and what is still to come: `registry.may_leave` says why not, in words."""
    officer = builders.person("officer")
    case = marked(officer)
    assert "note" in str(registry.may_leave(case))
    noted(officer, case)
    assert registry.may_leave(fresh(case)) is None


@pytest.mark.parametrize("agreed", [True, False])
def test_with_somebody_there_it_stands_when_they_agree(agreed: bool) -> None:
    officer, lead = builders.person("officer"), builders.person("lead")
    case = marked(officer)
    look = noted(officer, case)
    assert (look.state, peer.may_leave(case)) == (Look.State.WAITING, False)
    with pytest.raises(Conflict):
        looks.give(officer, look=look, agreed=True)
    looks.give(lead, look=look, agreed=agreed)
    assert peer.may_leave(case) == agreed


def test_for_a_child_in_danger_now_the_look_comes_afterwards() -> None:
    officer, _lead = builders.person("officer"), builders.person("lead")
    case = marked(officer)
    Case.objects.filter(pk=case.pk).update(is_emergency=True)
    assert noted(officer, case).state == Look.State.DEFERRED
    assert peer.may_leave(fresh(case))


def test_a_later_note_stands_only_when_it_was_looked_at_as_well() -> None:
    officer, lead = builders.person("officer"), builders.person("lead")
    case = marked(officer)
    looks.give(lead, look=noted(officer, case), agreed=True)
    noted(officer, case)
    assert not peer.may_leave(case)


@pytest.mark.parametrize("words", ["", "Fine.", " " * 40, "x" * 2001, "a\x00" * 20])
def test_a_note_says_something(words: str) -> None:
    officer = builders.person("officer")
    with pytest.raises(BadInput):
        actions_peer.write_note(officer, case=marked(officer), words=words, wish=CANNOT)


def test_no_note_before_the_child_s_wish_is_recorded() -> None:
    officer = builders.person("officer")
    case = marked(officer)
    with pytest.raises(BadInput, match="wishes"):
        actions_peer.write_note(officer, case=case, words=WORDS)
    assert peer.wish_of(case).answer == Answer.NOT_ASKED
    today = timezone.localdate()
    actions_peer.record_wish(officer, case=case, wish=Asked(Answer.NO, today, "The school nurse", "Not now."))
    actions_peer.write_note(officer, case=case, words=WORDS)
    wish = peer.wish_of(fresh(case))
    assert (wish.answer, wish.asked_on, wish.asked_by, wish.words) == ("no", today, "The school nurse", "Not now.")
    assert b"nurse" not in bytes(Wish.objects.get().sealed_wish or b"")


@pytest.mark.parametrize(
    "wish",
    [
        Asked("perhaps"),
        Asked(Answer.YES),
        Asked(Answer.YES, timezone.localdate(), " "),
        Asked(Answer.NO, timezone.localdate() + timedelta(days=1), "The nurse"),
    ],
)
def test_a_wish_says_when_and_by_whom_it_was_asked(wish: Asked) -> None:
    officer = builders.person("officer")
    with pytest.raises(BadInput):
        actions_peer.record_wish(officer, case=marked(officer), wish=wish)


def test_words_go_with_the_compartment() -> None:
    officer = builders.person("officer")
    case = marked(officer)
    noted(officer, case)
    assert case.compartment_id
    erase(case.compartment_id)
    assert not PeerMark.objects.exclude(sealed_mark=None).exists()
    assert not Note.objects.exclude(sealed_words=None).exists()
    assert not Wish.objects.exclude(sealed_wish=None).exists()


def test_the_page_offers_what_mends_first_and_says_why_nothing_leaves() -> None:
    officer = builders.person("officer")
    case = marked(officer)
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(officer)
    shown = client.get(f"/cases/{case.ref}").content.decode()
    assert shown.index("First what mends") < shown.index("no name leaves before the note")
    items = [str(one) for one in builders.items(case)]
    sent = {"outcome": "confirm", "layer": "law", "reason": "Seen.", "items": items}
    refused = client.post(f"/cases/{case.ref}/decision", sent)
    assert refused.status_code == 409
    assert "write first what is best for both" in refused.content.decode()
    face = Pseudonym.objects.filter(scope=f"case:{case.ref}").first() or opened(officer, case, "help").pseudonym
    refused = client.post(f"/cases/{case.ref}/open", {"pseudonym": str(face.pk), "purpose": "refer"})
    assert (refused.status_code, Opening.objects.filter(purpose="refer").count()) == (409, 0)
    note = {"words": WORDS, "answer": "yes", "asked_on": timezone.localdate().isoformat(), "asked_by": "The nurse"}
    assert client.post(f"/cases/{case.ref}/people/note", note | {"asked_by": ""}).status_code == 422
    assert client.post(f"/cases/{case.ref}/people/note", note).status_code == 302
    assert "Yes, they wish it" in client.get(f"/cases/{case.ref}").content.decode()
    assert client.post(f"/cases/{case.ref}/decision", sent).status_code == 302


def test_the_second_person_reads_the_note_itself() -> None:
    officer, lead = builders.person("officer"), builders.person("lead")
    case = marked(officer)
    noted(officer, case)
    client = Client(headers={"host": "localhost"})
    client.force_login(lead)
    assert WORDS in client.get("/looks").content.decode()
    assert Entry.objects.filter(event="case:viewed", subject_id=case.ref, actor_id=lead.actor_id).exists()


MOVES = ("mark", "unmark", "agree", "refuse", "note", "wish", "law", "policy", "refer", "order", "protect", "danger")


def move(name: str, who: User, case: Case) -> None:
    """One move of somebody; what is refused is refused."""
    look = Look.objects.filter(given_at=None).order_by("asked_at").first()
    try:
        if name in ("mark", "unmark"):
            actions_peer.say_peer(who, case=case, said="yes" if name == "mark" else "no", words="Seen.")
        elif name in ("agree", "refuse") and look:
            looks.give(who, look=look, agreed=name == "agree")
        elif name == "note":
            actions_peer.write_note(who, case=case, words=WORDS)
        elif name == "wish":
            actions_peer.record_wish(who, case=case, wish=CANNOT)
        elif name in ("law", "policy"):
            decide(who, case, name)
        elif name in ("refer", "order", "protect"):
            opened(who, case, name)
        elif name == "danger":
            Case.objects.filter(pk=case.pk).update(is_emergency=True)
    except KramaError:
        pass


@pytest.fixture
def people() -> list[User]:
    return [builders.person("officer"), builders.person("lead")]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 1)), max_size=12))
def test_no_sequence_of_moves_lets_a_strike_or_a_name_out_without_a_note(
    people: list[User], moves: list[tuple[str, int]]
) -> None:
    case = marked(people[0], account=f"{uuid4()}")
    gone = 0
    for name, number in moves:
        before = peer.may_leave(fresh(case))
        move(name, people[number], fresh(case))
        left = Decision.objects.filter(case=case, layer="law").count()
        left += Opening.objects.filter(pseudonym__scope=f"case:{case.ref}", purpose__in=("refer", "order")).count()
        assert left == gone or before, (name, moves)
        gone = left
    Look.objects.filter(case=case, given_at=None).update(given_at=timezone.now())  # none of them is the next one's


def test_without_the_gate_the_same_moves_are_seen_to_let_a_name_out(monkeypatch: pytest.MonkeyPatch) -> None:
    officer = builders.person("officer")
    case = marked(officer)
    monkeypatch.setattr(peer, "require_may_leave", lambda _case: None)
    move("refer", officer, case)
    assert Opening.objects.filter(purpose="refer").exists()
    assert not peer.may_leave(case)
