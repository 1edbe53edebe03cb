# SPDX-License-Identifier: Apache-2.0
"""Plain data for tests: a verdict, a detection, a case, a person, a key. Everything has a default but what is said."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from typing import Any

from krama.scanning import ContentFacts, Match, Verdict
from krama.signals import Action, SeverityCode, SignalType

PASSWORD = "correct-horse-42-battery"
_numbers = itertools.count(1)


def sha256(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def verdict(
    content: str = "",
    *,
    action: str = "block",
    reason: str = "match",
    code: str = "",
    distance: int = 0,
    near: str = "",
) -> Verdict:
    """What a scanner says of the content called `content` (a new one when it has no name)."""
    facts = ContentFacts(sha256=sha256(content or f"content {next(_numbers)}"))
    matches: tuple[Match, ...] = ()
    if reason == "match":
        severity = SeverityCode("Industry Classification System", "2022", code) if code else None
        value = facts.sha256 or ""
        matches = (
            Match("Known", SignalType.SHA256, value, distance, ("demo",), Action(action), severity, source_ref="s-1"),
        )
    if near:  # a changed copy of a listed picture
        matches += (Match("Known", SignalType.PDQ, sha256(near), 7, ("demo",), Action(action), None, source_ref="s-2"),)
    outcome: Any = {"block": "block", "review": "review", "observe": "allow", "allow": "allow"}[action]
    return Verdict(str(uuid.uuid4()), outcome, reason, None, matches, facts, "1", 1.0)  # type: ignore[arg-type]


def detection(content: str = "", *, account: str = "", content_id: str = "", **facts: Any) -> Any:
    """A detection that waits to be collected, as a real scan leaves it."""
    from krama.server.detections.actions import keep
    from krama.server.trail.actor import SCANNER

    context = {name: value for name, value in (("account_id", account), ("content_id", content_id)) if value}
    return keep(SCANNER, verdict=verdict(content, **facts), context=context)


def case(content: str = "", **facts: Any) -> Any:
    """An open case with one item, of a content that the firm's system has a name for."""
    from krama.server.cases.collecting.collect import collect
    from krama.server.cases.models import Item

    found = detection(content, **{"content_id": f"content-{content or next(_numbers)}"} | facts)
    while collect():
        pass
    return Item.objects.get(detection=found).case


def told_case(topic: str = "bullying", **answers: str) -> Any:
    """An open case with one report, as the door leaves it."""
    from krama.server.cases.collecting.collect import collect
    from krama.server.cases.models import Item
    from krama.server.intake.actions.take import PUBLIC, take

    report = take(PUBLIC, pk=uuid.uuid4(), topic=topic, door="page", language="km", answers=answers)
    while collect():
        pass
    return Item.objects.get(report=report).case


def items(of: Any) -> list[uuid.UUID]:
    """The ids of a case's open items."""
    return list(of.items.filter(decision=None).values_list("pk", flat=True))


def decision(
    of: Any, outcome: str = "confirm", *, layer: str = "law", reason: str = "Seen and compared.", by: Any = None
) -> Any:
    """A person's decision on everything that is open in this case."""
    from krama.server.cases.actions.decide import decide

    actor, named = by or person(), items(of)
    return decide(actor, ref=of.ref, outcome=outcome, layer=layer, reason=reason, items=named, decided_by="Sokha")


def person(role: str = "reviewer", **facts: Any) -> Any:
    """A member of staff whose password is PASSWORD: one of a demo's people, who need no second factor there."""
    from krama.server.accounts.actions import add_staff
    from krama.server.trail.actor import TERMINAL

    given: dict[str, Any] = {"username": f"person{next(_numbers)}", "name": "Sok", "role": role, "password": PASSWORD}
    unit = facts.pop("unit", None)
    given |= {"is_demo": True} | facts
    made = add_staff(TERMINAL, **given)
    if unit is not None:
        made.unit = unit
        made.save(update_fields=["unit"])
    return made


def key(*scopes: str, **facts: Any) -> tuple[Any, str]:
    """A key for a machine, and its secret."""
    from krama.server.accounts.actions import add_key
    from krama.server.trail.actor import TERMINAL

    return add_key(TERMINAL, name="Our app", scopes=list(scopes), **facts)


def webhook(url: str = "https://app.example.org/hook", **facts: Any) -> tuple[Any, str]:
    """A place where measures are sent, and its secret."""
    from krama.server.measures.actions_ways import add_webhook
    from krama.server.trail.actor import TERMINAL

    given: dict[str, Any] = {"name": f"App {next(_numbers)}", "allowed": []} | facts
    return add_webhook(TERMINAL, url=url, **given)


def measure(outcome: str = "confirm", **facts: Any) -> Any:
    """A measure that was ordered after a decision."""
    from krama.server.measures.actions_order import order_next
    from krama.server.measures.models import Measure

    decided = decision(case(**facts), outcome)
    while order_next():
        pass
    return Measure.objects.get(item__decision=decided)


def api(secret: str = "", **headers: str) -> Any:
    """A machine that calls the API in this process."""
    from django.test import Client

    given = {"Authorization": f"Bearer {secret}"} if secret else {}
    return Client(headers=given | headers, raise_request_exception=False)


def proof(actor: Any) -> Any:
    """A second factor that this actor gave just now."""
    from django.utils import timezone

    from krama.server.accounts.second_factor import SecondFactor

    return SecondFactor(actor.actor_id, "totp", timezone.now())
