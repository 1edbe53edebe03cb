# SPDX-License-Identifier: Apache-2.0
"""What the nursery's processes do: Krama's real actions, on a real home, in processes of their own."""

from __future__ import annotations

import itertools
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

from django.db import connection
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from krama import countries as countries_now
from krama.errors import Conflict
from krama.scanning import Content, Scanner, Verdict
from krama.server.accounts import actions as accounts
from krama.server.accounts.models import Unit, User
from krama.server.accounts.units import add_unit
from krama.server.callout.actions import tree as callout
from krama.server.callout.actions.take import TakenBefore, take_here
from krama.server.callout.models import Alarm
from krama.server.cases.actions import decide as cases
from krama.server.cases.actions import queue as actions_queue
from krama.server.cases.collecting import collect
from krama.server.cases.models import Case
from krama.server.confidentiality.actions import inventory, register
from krama.server.confidentiality.facts import Facts, facts_of
from krama.server.confidentiality.models import Line
from krama.server.countries import actions as countries
from krama.server.countries import queries as queries_of_country
from krama.server.detections import actions as detections
from krama.server.lists import actions as lists
from krama.server.measures import actions_order as measures
from krama.server.outbox import actions as outbox
from krama.server.outbox import loop
from krama.server.outbox.registry import ROUNDS
from krama.server.trail import verify
from krama.server.trail.actor import SCANNER, TERMINAL
from krama.server.trail.sequencer import sequence
from krama.signals import HashList, Signal, SignalType, Snapshot
from tests.server import builders
from tests.server.builders import sha256
from tests.server.nursery import say

Act = Callable[..., Any]


class AnyList:
    """Knows whatever is asked: the list is not what these tests are about."""

    def __init__(self, value: str) -> None:
        known = HashList("Known", owner="Tests", legal_basis="Made up")
        self._snapshot = Snapshot.of([(known, [Signal(SignalType.SHA256, value)])], version="1")
        self.index, self.version = self._snapshot.index, "1"


def verdict_on(name: str) -> Verdict:
    """A real scan of the hash that `name` stands for."""
    value = sha256(name)
    return Scanner(AnyList(value), clock=timezone.now).scan(Content.of_hashes([(SignalType.SHA256, value, None)]))


def scan_together(barrier: Barrier, *, rounds: int, names: str) -> int:
    """Every round both scanners look at the same content of the same account at one moment."""
    connection.ensure_connection()
    for number in range(rounds):
        verdict = verdict_on(f"{names}-{number}")
        barrier.wait(30)
        detections.keep(SCANNER, verdict=verdict, context={"account_id": f"{names}-{number}"})
    return rounds


def scan_named(_barrier: Barrier, *, count: int) -> None:
    """Contents that the firm named, so that it is asked to confirm that they are withheld."""
    for number in range(count):
        detections.keep(SCANNER, verdict=verdict_on(f"{uuid.uuid4()}"), context={"content_id": f"post-{number}"})


def collect_always(_barrier: Barrier) -> None:
    """A collector that never rests."""
    while True:
        if not collect.collect():
            time.sleep(0.001)


def collect_all(barrier: Barrier) -> int:
    barrier.wait(30)
    return sum(iter(collect.collect, 0))


def scan_always(_barrier: Barrier, *, whole: bool = True) -> None:
    """Scans without end; with `whole` off, without the transaction (the planted fault)."""
    keep: Any = detections.keep if whole else detections.keep.__wrapped__  # type: ignore[attr-defined]
    for number in itertools.count():
        keep(SCANNER, verdict=verdict_on(f"{uuid.uuid4()}"), context={"account_id": f"a-{number}"})


def scan_some(_barrier: Barrier, *, count: int) -> None:
    for _ in range(count):
        detections.keep(SCANNER, verdict=verdict_on(f"{uuid.uuid4()}"), context={})


def work_always(_barrier: Barrier) -> None:
    """The job loop's rounds without their pause: collect, order, deliver, sequence."""
    while True:
        loop.go_round()


def decide_always(_barrier: Barrier) -> None:
    for case in Case.objects.filter(state=Case.State.OPEN).order_by("?"):
        items = list(case.items.values_list("pk", flat=True))
        cases.decide(
            TERMINAL, ref=case.ref, outcome="confirm", layer="law", reason="Seen.", items=items, decided_by="Test"
        )
    time.sleep(60)  # there to be killed


def order_always(_barrier: Barrier) -> None:
    while measures.order_next():
        pass
    time.sleep(60)  # there to be killed


def withhold_always(_barrier: Barrier) -> None:
    while measures.withhold_next():
        pass
    time.sleep(60)  # there to be killed


def publish_always(_barrier: Barrier) -> None:
    while True:
        lists.publish(TERMINAL)


def sequence_always(_barrier: Barrier) -> None:
    while True:
        if not sequence():
            time.sleep(0.001)


def verify_for(barrier: Barrier, *, seconds: float) -> list[str]:
    """What a check of the trail finds, again and again while others write."""
    barrier.wait(30)
    found, ends = set(), time.monotonic() + seconds
    while time.monotonic() < ends:
        found.add(verify.verify().what)
    return sorted(found)


def decide_by_api(barrier: Barrier, *, ref: str, secret: str, key: str, body: dict[str, Any]) -> list[Any]:
    """One request to the API, in this process."""
    client = Client(headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": key, "Host": "localhost"})
    connection.ensure_connection()
    barrier.wait(30)
    answer = client.post(f"/api/v1/cases/{ref}/decision", body, content_type="application/json")
    return [answer.status_code, answer.json()]


def add_key(_barrier: Barrier, *, scopes: list[str]) -> str:
    return accounts.add_key(TERMINAL, name="Test", scopes=scopes)[1]


def put_task(_barrier: Barrier, *, kind: str, payload: dict[str, Any]) -> str:
    return str(outbox.put(kind, payload).pk)


def hold_lease(_barrier: Barrier) -> None:
    """Takes a task and never comes back."""
    task = outbox.lease()
    say(pid=os.getpid(), holding=str(task.pk) if task else None)
    time.sleep(60)


def lease_all(barrier: Barrier) -> list[str]:
    """Every task this worker can get hold of."""
    connection.ensure_connection()
    barrier.wait(30)
    return [str(task.pk) for task in iter(outbox.lease, None) if task]


def round_once(barrier: Barrier) -> int:
    barrier.wait(30)
    return loop.go_round()


def propose_phone(_barrier: Barrier, *, entry: str, phone: str) -> str:
    """The administrator proposes another number for a contact."""
    raw = countries_now.entry_of(queries_of_country.raw_now(), "contacts", entry)
    assert raw is not None
    person = User.objects.get(role="administrator")
    fields, why = {**raw, "phones": [phone]}, "They said so."
    return str(countries.propose(person, group="contacts", entry=entry, fields=fields, why=why).pk)


def accept_together(barrier: Barrier, *, change: str) -> int | None:
    """The version that the officer's yes made; None when somebody was faster."""
    person = User.objects.get(role="officer")
    barrier.wait(30)
    try:
        return countries.accept(person, change=uuid.UUID(change)).made
    except Conflict:
        return None


def write_line(_barrier: Barrier) -> str:
    """The officer writes a line of the register."""
    unit = Unit.objects.order_by("name").first() or add_unit(TERMINAL, name="Engineering", kind="engineering")
    day = timezone.localdate() + timedelta(days=300)
    facts = Facts("Day of birth", ("birth",), "db", str(unit.pk), day)
    return str(register.write(User.objects.get(role="officer"), facts=facts).pk)


def change_line_together(barrier: Barrier, *, line: str, purpose: str) -> int | None:
    """The version that was made of the first; None when somebody was faster."""
    person, row = User.objects.get(role="officer"), Line.objects.get(pk=line)
    facts = replace(facts_of(row), purpose=purpose)
    barrier.wait(30)
    try:
        return register.write(person, facts=facts, line=row.pk, seen=1).version
    except Conflict:
        return None


def upload_together(barrier: Barrier, *, content: str) -> int | None:
    """How many of its fields were new; None when somebody uploaded at the same moment."""
    person = User.objects.get(role="officer")
    connection.ensure_connection()
    barrier.wait(30)
    try:
        return inventory.upload(person, content=content.encode()).new
    except Conflict:
        return None


def emergencies(_barrier: Barrier, *, count: int, url: str) -> int:
    """So many children in danger; the officer and the lead are called by a webhook, one after the other."""
    tree = [User.objects.get(role=role) for role in ("officer", "lead")]
    for person in tree:
        step = callout.add_step(TERMINAL, minutes=60)
        facts = {"channel": "webhook", "address": url, "language": "en"}
        callout.add_way(TERMINAL, step=step.pk, person=person, **facts)
    for number in range(count):
        detections.keep(SCANNER, verdict=verdict_on(f"{uuid.uuid4()}"), context={"account_id": f"in-danger-{number}"})
    while collect.collect():
        pass
    return Case.objects.update(is_emergency=True)


def call_always(_barrier: Barrier) -> None:
    """A worker of the emergency lane that never rests."""
    while True:
        if not ROUNDS["callout.alarms"]() + loop._tasks():
            time.sleep(0.001)


def call_all(barrier: Barrier) -> int:
    """The same until nothing is left to do."""
    connection.ensure_connection()
    barrier.wait(30)
    return sum(iter(lambda: ROUNDS["callout.alarms"]() + loop._tasks(), 0))


def take_together(barrier: Barrier, *, role: str) -> str:
    """Who has the alarm, as this person is told it."""
    person, alarm = User.objects.get(role=role), Alarm.objects.get().pk
    barrier.wait(30)
    try:
        taken = take_here(person, alarm=alarm)
    except TakenBefore as told:
        return f"told: {User.objects.get(name=told.by).role}"
    assert taken.taken_by is not None
    return f"has it: {taken.taken_by.role}"


def hire(_barrier: Barrier, *, count: int) -> list[str]:
    """Reviewers who work here from now on."""
    return [builders.person("reviewer").actor_id for _ in range(count)]


def next_together(barrier: Barrier, *, person: str, blind: bool = False) -> str | None:
    """The next case, at the same moment as the others; `blind` does not look who has it (the planted fault)."""
    who = User.objects.get(pk=person)
    if blind:
        actions_queue._had_by_nobody = lambda actor, now: Q()
        actions_queue._grab = lambda actor, case, now: True
    barrier.wait(30)
    case = actions_queue.take_next(who)
    return case.ref if case else None


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        scan_together,
        scan_always,
        scan_some,
        scan_named,
        collect_always,
        collect_all,
        work_always,
        round_once,
        decide_always,
        decide_by_api,
        order_always,
        withhold_always,
        publish_always,
        sequence_always,
        verify_for,
        add_key,
        put_task,
        hold_lease,
        lease_all,
        propose_phone,
        accept_together,
        write_line,
        change_line_together,
        upload_together,
        emergencies,
        call_always,
        call_all,
        hire,
        next_together,
        take_together,
    )
}
