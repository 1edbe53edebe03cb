# SPDX-License-Identifier: Apache-2.0
"""The outbox: each task is done at least once, by one worker at a time, and what cannot be done stays to be seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Busy
from krama.server.outbox import actions, loop
from krama.server.outbox.models import Beat, Task
from krama.server.outbox.registry import HANDLERS, ROUNDS
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests' own tasks and rounds."""
    for table in (HANDLERS, ROUNDS):
        for name in list(table):
            monkeypatch.delitem(table, name)


def handled(monkeypatch: pytest.MonkeyPatch, *problems: Exception) -> list[dict[str, Any]]:
    """A handler that fails with each problem in turn, then does its work; returns what it was given."""
    got: list[dict[str, Any]] = []

    def handle(payload: dict[str, Any]) -> None:
        got.append(payload)
        if len(got) <= len(problems):
            raise problems[len(got) - 1]

    monkeypatch.setitem(HANDLERS, "greet", handle)
    return got


def test_a_task_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    got = handled(monkeypatch)
    actions.put("greet", {"to": "you"})
    assert (loop.go_round(), loop.go_round()) == (1, 0)
    assert got == [{"to": "you"}]
    assert Task.objects.get().state == "done"


def test_a_task_of_a_transaction_that_failed_was_never_wanted() -> None:
    with pytest.raises(BadInput), transaction.atomic():
        actions.put("greet", {})
        raise BadInput
    assert not Task.objects.exists()


def test_a_task_for_later_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    got = handled(monkeypatch)
    actions.put("greet", {}, at=timezone.now() + timedelta(hours=1))
    assert loop.go_round() == 0
    assert got == []


def test_a_leased_task_is_nobody_elses_until_its_lease_ends() -> None:
    actions.put("greet", {})
    held = actions.lease()
    assert held
    assert actions.lease() is None
    Task.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    again = actions.lease()
    assert again
    assert (again.pk, again.attempts) == (held.pk, 2)


def test_what_may_succeed_later_is_tried_by_the_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    handled(monkeypatch, *[Busy() for _ in range(20)])
    actions.put("greet", {})
    waits = []
    for _ in actions.DELAYS:
        before = timezone.now()
        loop.go_round()
        waits.append(round((Task.objects.get().next_at - before).total_seconds()))
        Task.objects.update(next_at=timezone.now())
    assert waits == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    loop.go_round()
    assert (Task.objects.get().state, Task.objects.get().attempts) == ("given_up", 10)


def test_what_can_never_succeed_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    handled(monkeypatch, BadInput("said to whom?"))
    actions.put("greet", {})
    loop.go_round()
    assert (Task.objects.get().state, Task.objects.get().last_error) == ("given_up", "bad_input")


def test_a_fault_in_one_task_harms_no_other_and_its_words_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message may hold something personal: only the kind of the fault is kept."""
    got = handled(monkeypatch, ValueError("the child's name"))
    actions.put("greet", {"n": 1})
    actions.put("greet", {"n": 2}, at=timezone.now())
    loop.go_round()
    assert len(got) == 2
    assert sorted(Task.objects.values_list("state", "last_error")) == [("done", ""), ("waiting", "ValueError")]


def test_a_task_nobody_handles_waits_to_be_seen() -> None:
    actions.put("unknown", {})
    loop.go_round()
    assert (Task.objects.get().state, Task.objects.get().last_error) == ("waiting", "no_handler")


def test_a_fault_in_one_round_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def broken() -> int:
        raise RuntimeError

    def well() -> int:
        done.append(1)
        return 1

    monkeypatch.setitem(ROUNDS, "broken", broken)
    monkeypatch.setitem(ROUNDS, "well", well)
    assert loop.go_round() == 1
    assert done == [1]


def test_a_beat_is_one_row() -> None:
    actions.beat("loop")
    first = Beat.objects.get().at
    actions.beat("loop")
    assert Beat.objects.get().at >= first


def test_only_what_was_done_days_ago_is_swept() -> None:
    for state, days in (("done", 4), ("done", 1), ("given_up", 9), ("waiting", 9)):
        task = actions.put(state, {})
        Task.objects.filter(pk=task.pk).update(state=state, created_at=timezone.now() - timedelta(days=days))
    assert actions.sweep() == 1
    assert sorted(Task.objects.values_list("state", flat=True)) == ["done", "given_up", "waiting"]


def test_entries_are_not_tasks() -> None:
    """Sequencing is a round of its own: no task is needed for an entry to get its place."""
    builders.person()
    assert Entry.objects.exists()
    assert not Task.objects.exists()


@pytest.mark.parametrize("field", ["next_at", "leased_until"])
def test_a_task_that_a_wrong_clock_put_off_is_due_now(field: str) -> None:
    task = actions.put("kind", {})
    Task.objects.filter(pk=task.pk).update(**{field: timezone.now() + timedelta(days=400)})
    taken = actions.lease()
    assert taken is not None
    assert taken.pk == task.pk
