# SPDX-License-Identifier: Apache-2.0
"""How urgent an item is: its facts against the rules in force, and why, sealed with what it is about.

Which rules fit tells of a child (its age, who harms it), so they stand sealed in the item's own compartment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from krama.server.cases.models import Item, RuleBook
from krama.server.compartments.actions import reseal
from krama.server.compartments.models import Compartment
from krama.server.compartments.queries import read
from krama.server.detections.models import Detection
from krama.server.intake.models import Report, Topic
from krama.text import Text
from krama.triage import Facts, Priority, RuleFile, read_rules, shipped_rules
from krama.triage.load import SHIPPED

GRAVE_CODES = ("A1", "A2", "B1", "B2")
KINDS: dict[str, str] = {
    Topic.BULLYING: "bullying",
    Topic.THREAT: "sexual-extortion",
    Topic.APPROACH: "grooming",
    Topic.SAW: "seen-by-somebody",
    Topic.TEST: "test",
}
AGES = {"0-6": "under-13", "7-9": "under-13", "10-12": "under-13", "13-15": "13-15", "16-17": "16-17"}
OFFENDERS = {"family": "family", "known": "known", "online": "stranger", "stranger": "stranger"}
OF_THE_CHILD = {"age", "offender", "other"}  # what a reporter said of people
PEERS = {"yes": "may-be-a-child", "no": "adult"}


def rules() -> RuleFile:
    """Those in force now."""
    newest = RuleBook.objects.order_by("-number").values_list("number", flat=True).first()
    return shipped_rules() if newest is None else of_number(newest)


def body() -> str:
    """The file in force."""
    newest = RuleBook.objects.order_by("-number").values_list("body", flat=True).first()
    return newest or SHIPPED.read_text("utf-8")


@lru_cache(maxsize=16)
def of_number(number: int) -> RuleFile:
    """A version that was loaded; a version never changes."""
    return read_rules(RuleBook.objects.values_list("body", flat=True).get(number=number))


def facts_of(source: Detection | Report, said: Mapping[str, str], spread: int = 1) -> Facts:
    """What is known of one item: from the lists that matched, or from what was chosen; never from a picture."""
    return _of_report(source, said, spread) if isinstance(source, Report) else _of_detection(source, spread)


def _of_detection(row: Detection, spread: int) -> Facts:
    if row.reason != Detection.Reason.MATCH:
        return Facts(kind="unreadable", spread=spread)
    kind = "known-material" if row.verdict == Detection.Verdict.BLOCK else "like-known-material"
    codes = {match.get("code") for match in row.matches}
    return Facts(kind=kind, act=next((code for code in GRAVE_CODES if code in codes), "unknown"), spread=spread)


def _of_report(row: Report, said: Mapping[str, str], spread: int) -> Facts:
    return Facts(
        kind=KINDS.get(row.topic, "something-else"),
        immediacy="now" if row.is_emergency and row.topic != Topic.TEST else "unknown",
        age=AGES.get(said.get("age", ""), "unknown"),
        offender=OFFENDERS.get(said.get("known", ""), "unknown"),
        other=PEERS.get(said.get("peer", ""), "unknown"),
        spread=spread,
    )


def sealed(item: UUID, compartment: Compartment | None, priority: Priority) -> bytes | None:
    """Version and rules, to be kept with the item."""
    if compartment is None:
        return None
    why = {"version": priority.version, "rules": priority.rules}
    return reseal(compartment, json.dumps(why).encode(), *_place(item))


@dataclass(frozen=True)
class Reasons:
    """Why an item is as urgent as it is: the version that sorted it, what may be read now, how many rest sealed."""

    version: int
    texts: list[Text]
    closed: int


def reasons(item: Item, *, is_open: bool) -> Reasons | None:
    """None where no rule is known, or it was destroyed. What tells of the child is read with the report alone."""
    source = item.report or item.detection
    plain = read(source.compartment if source else None, item.sealed_sorting, *_place(item.pk))
    if plain is None:
        return None
    said = json.loads(plain)
    book = _book(int(said["version"]))
    known = {rule.id: rule for rule in (*book.rules, *book.raises)} if book else {}
    fitting = [known[one] for one in said["rules"] if one in known]
    shown = [rule.text for rule in fitting if is_open or not OF_THE_CHILD & set(rule.when)]
    return Reasons(int(said["version"]), shown, len(fitting) - len(shown))


def _book(version: int) -> RuleFile | None:
    if RuleBook.objects.filter(number=version).exists():
        return of_number(version)
    return shipped_rules() if version == shipped_rules().version else None


def _place(item: UUID) -> tuple[object, ...]:
    return "case item", item, "sorting"
