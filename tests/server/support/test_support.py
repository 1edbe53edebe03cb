# SPDX-License-Identifier: Apache-2.0
"""How the child is helped: nothing without consent, nobody contacted without a safe way, no day forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from krama.errors import BadInput, Conflict, KramaError, NotFound
from krama.server.accounts.models import User
from krama.server.accounts.second_factor import SecondFactorMissing
from krama.server.cases import peer
from krama.server.cases.actions import looks
from krama.server.cases.actions import peer as actions_peer
from krama.server.cases.actions.peer import Asked
from krama.server.cases.models import Case, Look
from krama.server.cases.models.peer import Answer
from krama.server.compartments.models import Opening
from krama.server.support import actions, queries
from krama.server.support.actions.refer import Consent, NoConsent
from krama.server.support.actions.trusted import NoSafeWay
from krama.server.support.erasure import erase
from krama.server.support.models import FollowUp, Referral, Removal, Step, Trusted
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def officer() -> Any:
    return builders.person("officer")


@pytest.fixture
def case() -> Case:
    found: Case = builders.case(account="one", content_id="post-1")
    return found


def agreed(whose: str = "child") -> Consent:
    return Consent(whose, timezone.localdate(), "Asked by message; they wrote yes.")


def count(event: str, case: Case) -> int:
    return Entry.objects.filter(event=event, subject_id=case.ref).count()


def test_a_step_is_offered_agreed_and_done_and_its_words_are_sealed(officer: User, case: Case) -> None:
    step = actions.offer(officer, case=case, what="talk", words="She would like to talk.")
    for to in ("agreed", "agreed", "done"):
        step = actions.move(officer, step=step, to=to)
    assert step.state == "done"
    assert b"talk" not in bytes(Step.objects.get().sealed_what or b"")
    assert [said["what"] for _row, said in queries.steps_of(Case.objects.get(pk=case.pk))] == ["talk"]
    assert count("support:plan", case) == 3


@pytest.mark.parametrize("way", [["done"], ["declined", "done"], ["agreed", "done", "agreed"]])
def test_nothing_is_done_that_was_not_agreed(officer: User, case: Case, way: list[str]) -> None:
    step = actions.offer(officer, case=case, what="school")
    for to in way[:-1]:
        actions.move(officer, step=step, to=to)
    with pytest.raises(Conflict):
        actions.move(officer, step=step, to=way[-1])


@pytest.mark.parametrize("facts", [{"what": "prison"}, {"what": "other"}, {"what": "talk", "words": "x" * 2001}])
def test_a_step_that_says_nothing_is_refused(officer: User, case: Case, facts: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        actions.offer(officer, case=case, **facts)


def test_with_consent_a_child_is_referred(officer: User, case: Case) -> None:
    made = actions.refer(officer, case=case, consent=agreed())
    assert (made.to, made.basis) == ("child-helpline", "consent")
    assert b"message" not in bytes(made.sealed_consent or b"")
    assert Entry.objects.get(event="support:referred").details == {"to": "child-helpline", "basis": "consent"}


@pytest.mark.parametrize(
    ("whose", "wish"), [("child", Answer.YES), ("both", Answer.YES), ("guardian", Answer.NOT_ASKED)]
)
def test_a_child_who_agreed_is_not_said_to_be_unasked(officer: User, case: Case, whose: str, wish: Answer) -> None:
    actions.refer(officer, case=case, consent=agreed(whose))
    assert peer.wish_of(Case.objects.get(pk=case.pk)).answer == wish


def test_a_yes_that_is_recorded_is_not_recorded_again(officer: User, case: Case) -> None:
    for _ in range(2):
        actions.refer(officer, case=case, consent=agreed())
    assert count("case:wish", case) == 1


def test_without_consent_only_in_danger_and_with_the_reason(officer: User, case: Case) -> None:
    with pytest.raises(NoConsent):
        actions.refer(officer, case=case, consent=None)
    assert actions.refer(officer, case=case, consent=None, danger="Alone tonight, and afraid.").basis == "danger"


@pytest.mark.parametrize(
    "consent",
    [
        Consent("teacher", timezone.localdate(), "Asked."),
        Consent("child", None, "Asked."),
        Consent("child", timezone.localdate() + timedelta(days=1), "Asked."),
        Consent("child", timezone.localdate(), "  "),
    ],
)
def test_a_consent_says_whose_when_and_how(officer: User, case: Case, consent: Consent) -> None:
    with pytest.raises(BadInput):
        actions.refer(officer, case=case, consent=consent)
    assert not Referral.objects.exists()


def test_a_child_who_said_no_is_not_referred_on_a_parent_s_word(officer: User, case: Case) -> None:
    actions_peer.record_wish(officer, case=case, wish=Asked(Answer.NO, timezone.localdate(), "Dara"))
    with pytest.raises(NoConsent):
        actions.refer(officer, case=case, consent=agreed("guardian"))
    assert actions.refer(officer, case=case, consent=None, danger="In danger tonight.")


def test_on_the_peer_path_the_child_s_own_yes_is_enough_and_all_else_waits_for_the_note(
    officer: User, case: Case
) -> None:
    actions_peer.say_peer(officer, case=case, said="yes", words="Their class.")
    assert actions.refer(officer, case=case, consent=agreed("child"))
    for given in ({"consent": agreed("guardian")}, {"consent": None, "danger": "Tonight."}):
        with pytest.raises(peer.NoteMissing):
            actions.refer(officer, case=case, **given)
    assert Referral.objects.count() == 1


def test_a_day_is_kept_or_stands_on_today_late_and_red(officer: User, case: Case) -> None:
    today = timezone.localdate()
    row = actions.follow_up(officer, case=case, on=today + timedelta(days=2), words="Ask how she sleeps.")
    assert queries.follow_ups_for(officer, today) == [row]
    assert queries.follow_ups_for(builders.person("auditor"), today) == []
    FollowUp.objects.update(due_on=today - timedelta(days=1))
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(officer)
    assert f'chip stop">late since {today - timedelta(days=1)}' in client.get("/today").content.decode()
    actions.followed_up(officer, follow_up=row, words="She sleeps again.")
    assert queries.follow_ups_for(officer, today) == []
    with pytest.raises(Conflict):
        actions.followed_up(officer, follow_up=row, words="Twice.")


@pytest.mark.parametrize("days", [-1, 400])
def test_no_day_in_the_past_nor_beyond_a_year(officer: User, case: Case, days: int) -> None:
    with pytest.raises(BadInput):
        actions.follow_up(officer, case=case, on=timezone.localdate() + timedelta(days=days), words="Look.")


def test_whom_a_child_trusts_shows_only_while_it_is_open_for_that_person(officer: User, case: Case) -> None:
    lead = builders.person("lead")
    actions.name_trusted(officer, case=case, who="Aunt Maly", reach="012", way="By text, after four.")
    row = Trusted.objects.get()
    assert b"Maly" not in bytes(row.sealed_person or b"")
    shown = queries.trusted_of(Case.objects.get(pk=case.pk), officer)
    assert shown is not None
    assert (shown.agreed, shown.who, "Maly" in repr(shown)) == (True, "", False)
    with pytest.raises(SecondFactorMissing):
        actions.open_trusted(officer, case=case, purpose="help", second=None)
    actions.open_trusted(officer, case=case, purpose="help", second=builders.proof(officer))
    opened = queries.trusted_of(Case.objects.get(pk=case.pk), officer)
    assert opened is not None
    assert (opened.who, opened.way) == ("Aunt Maly", "By text, after four.")
    others = queries.trusted_of(Case.objects.get(pk=case.pk), lead)
    assert others is not None
    assert others.who == ""
    assert count("identity:opened", case) == 1


@pytest.mark.parametrize("purpose", ["decide", "refer", "order"])
def test_whom_a_child_trusts_opens_to_help_alone(officer: User, case: Case, purpose: str) -> None:
    actions.name_trusted(officer, case=case, who="Aunt Maly", reach="")
    with pytest.raises(BadInput):
        actions.open_trusted(officer, case=case, purpose=purpose, second=builders.proof(officer))
    assert not Opening.objects.exists()


def test_nobody_is_contacted_without_a_safe_way_nor_unopened(officer: User, case: Case) -> None:
    with pytest.raises(NotFound):
        actions.contacted(officer, case=case)
    actions.name_trusted(officer, case=case, who="Aunt Maly", reach="012")
    actions.open_trusted(officer, case=case, purpose="help", second=builders.proof(officer))
    with pytest.raises(NoSafeWay):
        actions.contacted(officer, case=case)
    actions.name_trusted(officer, case=case, who="Aunt Maly", reach="012", way="By text, after four.")
    with pytest.raises(Conflict):
        actions.contacted(builders.person("lead"), case=case)
    actions.contacted(officer, case=case)
    assert count("support:contacted", case) == 1


def asked(actor: User, case: Case) -> Removal:
    return actions.ask_removal(actor, case=case, item=case.items.get().pk, whose="child", words="All laugh at it.")


def measures(case: Case) -> list[tuple[str, str]]:
    from krama.server.measures.actions_order import order_next
    from krama.server.measures.models import Measure

    while order_next():
        pass
    return list(Measure.objects.filter(item__case=case).order_by("ordered_at").values_list("kind", "state"))


def test_what_a_child_asks_is_removed_by_a_person_s_decision_as_policy(officer: User, case: Case) -> None:
    row = actions.decide_removal(officer, removal=asked(officer, case), agreed=True, reason="It hurts.", decided_by="S")
    decision = row.decision
    assert decision is not None
    assert (row.state, decision.outcome, decision.layer) == ("ordered", "confirm", "policy")
    assert (decision.grounds.asked_by_child, decision.grounds.decided_by_automation) == (True, False)
    assert Case.objects.get(pk=case.pk).state == "closed", "it was the last open item"
    assert measures(case) == [("remove", "ordered")]
    with pytest.raises(Conflict):
        asked(officer, case)


def test_what_was_dismissed_and_restored_can_still_be_removed(officer: User, case: Case) -> None:
    builders.decision(case, "dismiss")
    looks.give(officer, look=Look.objects.get(), agreed=True)
    assert measures(case) == [("restore", "ordered")]
    actions.decide_removal(officer, removal=asked(officer, case), agreed=True, reason="It hurts.", decided_by="S")
    assert measures(case) == [("restore", "overtaken"), ("remove", "ordered")]


def test_what_is_not_agreed_to_stays_and_says_why(officer: User, case: Case) -> None:
    row = actions.decide_removal(officer, removal=asked(officer, case), agreed=False, reason="Not it.", decided_by="S")
    assert (row.state, row.decision) == ("refused", None)
    assert measures(case) == []
    with pytest.raises(Conflict):
        actions.decide_removal(officer, removal=row, agreed=True, reason="After all.", decided_by="S")
    assert asked(officer, case), "it may be asked again"


def test_other_items_of_the_case_stay_open(officer: User, case: Case) -> None:
    from krama.server.cases.collecting.collect import collect

    builders.detection("other", account="one", content_id="post-2")
    collect()
    item = case.items.order_by("joined_at").first()
    assert item is not None
    row = actions.ask_removal(officer, case=case, item=item.pk, whose="guardian", words="He cries.")
    actions.decide_removal(officer, removal=row, agreed=True, reason="It hurts.", decided_by="S")
    assert Case.objects.get(pk=case.pk).state == "open"
    assert len(builders.items(case)) == 1


def test_without_a_named_content_there_is_nothing_to_remove(officer: User) -> None:
    with pytest.raises(BadInput):
        asked(officer, builders.case(content_id=""))


def test_nobody_who_may_not_see_the_case_does_any_of_it(case: Case) -> None:
    from krama.server.cases.actions import sight as actions_sight

    out = builders.person("officer")
    actions_sight.declare(out, case=case, ground="family")
    with pytest.raises(KramaError):
        actions.offer(out, case=case, what="talk")
    client = Client(headers={"host": "localhost"})
    client.force_login(out)
    assert client.get(f"/cases/{case.ref}/support").status_code == 404
    assert client.post(f"/cases/{case.ref}/support/offer", {"what": "talk"}).status_code == 404
    assert not Step.objects.exists()


def test_the_page_takes_each_form_and_reading_it_is_an_entry(officer: User, case: Case) -> None:
    client, here = Client(headers={"host": "localhost", "accept-language": "en"}), f"/cases/{case.ref}/support"
    client.force_login(officer)
    day = timezone.localdate().isoformat()
    item = str(case.items.get().pk)
    forms: tuple[tuple[str, dict[str, Any]], ...] = (
        ("offer", {"what": "repair", "words": "Both want to."}),
        ("follow-up", {"on": day, "words": "Look again."}),
        ("refer", {"basis": "consent", "whose": "child", "on": day, "how": "Asked."}),
        ("trusted", {"who": "Aunt Maly", "reach": "012", "way": "By text."}),
        ("open", {"purpose": "help"}),
        ("contacted", {}),
        ("removal", {"item": item, "whose": "child", "words": "It hurts."}),
    )
    for act, sent in forms:
        assert client.post(f"{here}/{act}", sent).status_code == 302, act
    ids = {"step": Step.objects.get().pk, "follow_up": FollowUp.objects.get().pk, "removal": Removal.objects.get().pk}
    more: tuple[tuple[str, dict[str, Any]], ...] = (
        ("move", {"step": ids["step"], "to": "agreed"}),
        ("followed-up", {"follow_up": ids["follow_up"], "words": "Better."}),
        ("decide", {"removal": ids["removal"], "agreed": "yes", "reason": "It hurts."}),
    )
    for act, sent in more:
        assert client.post(f"{here}/{act}", sent).status_code == 302, act
    before = count("case:viewed", case)
    page = client.get(here).content.decode()
    assert count("case:viewed", case) == before + 1
    for words in ("Both want to.", "Aunt Maly", "Better.", "1280", "Take a picture back", "The removal was ordered"):
        assert words in page, words
    refused: tuple[tuple[str, dict[str, Any], int], ...] = (
        ("refer", {"basis": "consent"}, 422),
        ("refer", {"basis": "danger"}, 409),
        ("offer", {"what": "prison"}, 422),
        ("move", {"step": ids["step"], "to": "offered"}, 409),
        ("nothing", {}, 404),
    )
    for act, sent, status in refused:
        assert client.post(f"{here}/{act}", sent).status_code == status, (act, sent)


def test_every_word_goes_with_the_compartment(officer: User, case: Case) -> None:
    actions.offer(officer, case=case, what="talk")
    actions.refer(officer, case=case, consent=agreed())
    row = actions.follow_up(officer, case=case, on=timezone.localdate(), words="Look.")
    actions.followed_up(officer, follow_up=row, words="Better.")
    actions.name_trusted(officer, case=case, who="Aunt Maly", reach="012", way="By text.")
    actions.decide_removal(officer, removal=asked(officer, case), agreed=False, reason="Not it.", decided_by="S")
    compartment = Case.objects.get(pk=case.pk).compartment_id
    assert compartment
    assert erase(compartment) == 5
    for table in (Step, Referral, FollowUp, Trusted, Removal):
        row_now = table._default_manager.get()
        sealed = [field.name for field in table._meta.local_fields if field.name.startswith("sealed_")]
        assert [getattr(row_now, name) for name in sealed] == [None] * len(sealed), table
