# SPDX-License-Identifier: Apache-2.0
"""The life of cases as a machine of moves: whatever happens in whatever order, no line of a timeline is lost, no clock
breaks, nobody leaves the peer path by being moved, danger is heard, and every case can still be decided."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from krama.errors import BadInput, Conflict
from krama.server.cases import peer
from krama.server.cases.actions import decide as actions
from krama.server.cases.actions import looks as actions_looks
from krama.server.cases.actions import pause as actions_pause
from krama.server.cases.actions import peer as actions_peer
from krama.server.cases.actions import regroup as actions_regroup
from krama.server.cases.collecting.collect import collect
from krama.server.cases.collecting.late import collect_late
from krama.server.cases.history import Past, lines
from krama.server.cases.models import Case, Item, Look, OpenKey, Pause, Regroup
from krama.server.cases.queries.case import OF_DECISIONS, decisions_waiting
from krama.server.cases.tick import tick
from krama.server.desk.view import measures_told
from krama.server.intake.actions.take import PUBLIC, add, mark_emergency, take
from krama.server.intake.models import Report
from krama.server.measures.jobs import order_round
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TOPICS = st.sampled_from(["bullying", "threat", "approach", "saw", "other", "danger"])
FEW = st.sampled_from(["one", "two", "three"])
CHOICE = st.integers(0, 1_000)
HOURS = st.sampled_from([0.2, 1, 5, 30, 200])


def told(case: Case) -> set[Any]:
    past = Past(case)
    return {entry.pk for entry in lines(past, *measures_told(past))}


class Life(RuleBasedStateMachine):
    """Each rule is a move that somebody may make; a refused move changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.person, self.second = builders.person("officer"), builders.person("lead")
        builders.webhook()
        self.shown: dict[str, set[Any]] = defaultdict(set)
        self.may_be_children: set[UUID] = set()  # items that were in a case on the peer path

    def teardown(self) -> None:
        try:
            self.every_case_can_be_decided()
        finally:
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    def open(self, number: int) -> Case | None:
        cases = list(Case.objects.filter(state="open").order_by("opened_at", "pk"))
        return cases[number % len(cases)] if cases else None

    def report(self, number: int) -> Report | None:
        reports = list(Report.objects.order_by("at", "pk"))
        return reports[number % len(reports)] if reports else None

    @rule(topic=TOPICS, words=FEW, account=FEW, peer_said=st.sampled_from(["", "", "yes"]))
    def somebody_tells_us(self, topic: str, words: str, account: str, peer_said: str) -> None:
        answers = {"words": words, "account": account} | ({"peer": peer_said} if peer_said else {})
        take(PUBLIC, pk=uuid4(), topic=topic, door="page", language="km", answers=answers)
        collect()

    @rule(content=FEW, account=FEW)
    def something_is_found(self, content: str, account: str) -> None:
        builders.detection(content, account=account, content_id=content)
        collect()

    @rule(number=CHOICE)
    def somebody_adds_something(self, number: int) -> None:
        if report := self.report(number):
            add(PUBLIC, report=report, question="more", said="and then", mark=uuid4().hex)
            self.late_ones_are_read()
            assert Item.objects.get(report=report).case.state == "open", "somebody must read it"

    @rule(number=CHOICE)
    def somebody_is_in_danger_now(self, number: int) -> None:
        report = self.report(number)
        if report is None or report.is_emergency:  # to say it twice is to say it once
            return
        mark_emergency(PUBLIC, report=report)
        self.late_ones_are_read()
        case = Item.objects.get(report=report).case
        assert (case.state, case.is_emergency) == ("open", True), "somebody must be called"

    def late_ones_are_read(self) -> None:
        """Some wait until the measures of a decision are ordered."""
        collect_late()
        self.measures_are_ordered()
        collect_late()

    @rule()
    def measures_are_ordered(self) -> None:
        order_round()
        while decisions_waiting().exists():
            order_round()

    @rule(number=CHOICE)
    def the_other_may_be_a_child(self, number: int) -> None:
        if case := self.open(number):
            with suppress(BadInput):  # it is said already
                actions_peer.say_peer(self.person, case=case, said="yes", words="Same class.")

    @rule(number=CHOICE, reason=st.sampled_from(["reporter", "firm"]), days=st.integers(1, 7))
    def a_clock_is_stopped(self, number: int, reason: str, days: int) -> None:
        if case := self.open(number):
            with suppress(Conflict):
                actions_pause.pause(self.person, case=case, reason=reason, days=days)

    @rule(number=CHOICE)
    def a_clock_goes_on(self, number: int) -> None:
        if case := self.open(number):
            before = case.due_at
            with suppress(Conflict):
                actions_pause.go_on_now(self.person, case=case)
            case.refresh_from_db()
            assert case.due_at <= before, "nothing but a pause makes a case due later"

    @rule(hours=HOURS)
    def time_passes(self, hours: float) -> None:
        """Every moment that was written moves into the past."""
        passed = timedelta(hours=hours)
        Case.objects.update(opened_at=F("opened_at") - passed, due_at=F("due_at") - passed)
        Pause.objects.update(begun_at=F("begun_at") - passed, until=F("until") - passed)
        Pause.objects.exclude(ended_at=None).update(ended_at=F("ended_at") - passed)
        actions_pause.end_overdue()
        tick()

    @rule(number=CHOICE, outcome=st.sampled_from(["confirm", "dismiss"]))
    def a_person_decides(self, number: int, outcome: str) -> None:
        if case := self.open(number):
            self.decide(case, outcome)

    @rule(number=CHOICE, agreed=st.booleans())
    def a_second_person_says(self, number: int, agreed: bool) -> None:
        """Of a decision, however much was moved meanwhile; what is not agreed to is decided again."""
        looks = list(Look.objects.filter(kind__in=OF_DECISIONS, given_at=None).order_by("asked_at", "pk"))
        if looks:
            look = looks[number % len(looks)]
            actions_looks.give(self.second, look=look, agreed=agreed)
            assert agreed or not Item.objects.filter(decision=look.subject).exists(), "somebody decides it anew"

    @rule(one=CHOICE, other=CHOICE)
    def two_are_put_together(self, one: int, other: int) -> None:
        source, target = self.open(one), self.open(other)
        if source and target and source != target:
            self.put_together(source, target)

    @rule(number=CHOICE)
    def what_was_taken_apart_comes_back(self, number: int) -> None:
        """Into what was taken out of it, after something more was done."""
        moves = list(Regroup.objects.filter(kind="split", source__state="open", target__state="open").order_by("at"))
        if moves:
            move = moves[number % len(moves)]
            actions.note_view(self.person, case=move.source)
            self.put_together(move.source, move.target)

    def put_together(self, source: Case, target: Case) -> None:
        earlier, before = min(source.due_at, target.due_at), told(source) | told(target)
        actions_regroup.merge(self.person, case=source, into=target, reason="One matter.", by="Test")
        target.refresh_from_db()
        assert target.due_at <= earlier
        assert told(target) >= before, "what was put together is told whole"

    @precondition(lambda self: Item.objects.count() > 1)
    @rule(number=CHOICE, take_first=CHOICE)
    def one_is_taken_apart(self, number: int, take_first: int) -> None:
        case = self.open(number)
        items = list(case.items.order_by("joined_at", "pk")) if case else []
        if case is None or len(items) < 2:
            return
        some = [item.pk for item in items[: 1 + take_first % (len(items) - 1)]]
        with suppress(Conflict, BadInput):
            actions_regroup.split(self.person, case=case, items=some, reason="Another matter.", by="Test")

    def decide(self, case: Case, outcome: str = "dismiss") -> None:
        items = list(case.items.filter(decision=None).values_list("pk", flat=True))
        layer = "law" if peer.may_leave(case) else "policy"
        actions.decide(
            self.person, ref=case.ref, outcome=outcome, layer=layer, reason="Seen.", items=items, decided_by="Test"
        )

    @invariant()
    def no_line_is_lost(self) -> None:
        for case in Case.objects.all():
            now = told(case)
            assert self.shown[case.ref] <= now, case.ref
            self.shown[case.ref] = now

    @invariant()
    def nobody_leaves_the_peer_path_by_being_moved(self) -> None:
        for case in Case.objects.all():
            items = set(case.items.values_list("pk", flat=True))
            if peer.on_peer_path(case):
                self.may_be_children |= items
            assert not self.may_be_children & items or peer.on_peer_path(case), case.ref

    @invariant()
    def what_waits_for_a_person_is_in_an_open_case(self) -> None:
        assert not Item.objects.filter(decision=None).exclude(case__state="open").exists()
        assert not Report.objects.filter(collected_at=None).exists()
        assert not Case.objects.filter(state="open").exclude(items__decision=None).exists()

    @invariant()
    def no_clock_is_broken(self) -> None:
        now = timezone.now()
        still = Pause.objects.filter(ended_at=None).select_related("case")
        assert all(one.case.state == "open" and not one.case.is_emergency for one in still)
        assert all(one.case.due_at >= one.until for one in still)
        urgent = Case.objects.filter(state="open", is_emergency=True)
        assert all(case.due_at <= now + timedelta(hours=1) and case.lane == "emergency" for case in urgent)
        assert not OpenKey.objects.exclude(case__state="open").exists()
        merged = Regroup.objects.filter(kind="merge").values("source")
        assert not Case.objects.filter(pk__in=merged, state="open").exists()

    def every_case_can_be_decided(self) -> None:
        for case in Case.objects.filter(state="open"):
            self.decide(case)
        assert not Item.objects.filter(decision=None).exists()
        assert not Case.objects.filter(state="open").exists()


def live(examples: int, steps: int) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    given = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=checks,
        phases=[Phase.generate],  # each move is a dozen statements: the first example that fails says enough
    )
    run_state_machine_as_test(Life, settings=given)


def test_no_sequence_of_moves_loses_a_line_breaks_a_clock_or_ends_in_a_corner() -> None:
    live(examples=5, steps=15)


@pytest.mark.every
def test_no_longer_sequence_does_either() -> None:
    live(examples=150, steps=40)


def test_a_timeline_that_forgets_what_went_elsewhere_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: what was put together or taken apart is not told."""
    monkeypatch.setattr("krama.server.cases.history.Regroup.objects", Regroup.objects.none(), raising=False)
    with pytest.raises(AssertionError):
        live(examples=200, steps=20)


@pytest.mark.every
@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("krama.server.cases.actions.peer.go_along", lambda *_, **__: None),
        (
            "krama.server.cases.history.Past.items",
            property(lambda past: [(one, None) for one in past.case.items.all()]),
        ),
    ],
)
def test_each_planted_fault_is_seen(monkeypatch: pytest.MonkeyPatch, place: str, fault: Any) -> None:
    """Who is moved leaves the peer path; items that went elsewhere are forgotten."""
    monkeypatch.setattr(place, fault)
    with pytest.raises(AssertionError):
        live(examples=60, steps=30)
