# SPDX-License-Identifier: Apache-2.0
"""A rule file from YAML. A mistake is refused with its line and what to do; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from krama.text import BadEntry, Document, Entry, parsed, read_document
from krama.triage.model import AXES, LANES, PRIORITIES, Rule, RuleFile

SHIPPED = Path(__file__).with_name("rules.yaml")
MOST_STEPS = len(PRIORITIES) - 1


@cache
def shipped_rules() -> RuleFile:
    """The rules that come with Krama."""
    return load_rules(SHIPPED)


def load_rules(path: Path) -> RuleFile:
    """The rules of one file; `BadEntry` says file, line, rule, field and what to do."""
    return _with_line(lambda: read_document(path))


def read_rules(text: str, name: str = "rules.yaml") -> RuleFile:
    """The same from its text."""
    return _with_line(lambda: parsed(text, name))


def _with_line(read: Callable[[], Document]) -> RuleFile:
    try:
        return _rules(read())
    except BadEntry as problem:
        if line := problem.fields.get("line"):
            raise BadEntry(f"line {line}: {problem.detail}", **problem.fields) from problem
        raise


def _rules(document: Document) -> RuleFile:
    if strange := sorted(set(document.entries) - {"triage", "rules", "raises"}):
        raise BadEntry(f"{document.name}: {strange[0]}: is not known; use triage, rules or raises")
    (head,) = document.listed("triage")
    head.allow("version")
    rules = tuple(_sorting(entry) for entry in document.listed("rules"))
    _check_order(rules, document.listed("rules"))
    raises = tuple(_raising(entry) for entry in (document.listed("raises") if "raises" in document.entries else ()))
    return RuleFile(version=head.number("version"), rules=rules, raises=raises)


def _sorting(entry: Entry) -> Rule:
    entry.allow("id", "when", "spread", "priority", "lane", "en", "km")
    return Rule(
        id=entry.id,
        text=entry.said(),
        when=_when(entry),
        spread=_spread(entry),
        priority=entry.one_of("priority", PRIORITIES),
        lane=entry.one_of("lane", LANES),
    )


def _raising(entry: Entry) -> Rule:
    entry.allow("id", "when", "spread", "steps", "en", "km")
    rule = Rule(entry.id, entry.said(), _when(entry), _spread(entry), steps=entry.number("steps"))
    if rule.steps > MOST_STEPS:
        raise entry.fault("steps", f"is more than there are priorities to raise; write 1 to {MOST_STEPS}")
    if rule.is_last:
        raise entry.fault("when", "is missing: it would raise everything; say what it is about")
    return rule


def _when(entry: Entry) -> dict[str, tuple[str, ...]]:
    if "when" not in entry.values:
        return {}
    inside = entry.inside("when")
    inside.allow(*AXES)
    return {str(axis): inside.words(str(axis), AXES[str(axis)], least=1) for axis in inside.values}


def _spread(entry: Entry) -> int:
    return entry.number("spread") if "spread" in entry.values else 1


def _check_order(rules: tuple[Rule, ...], entries: tuple[Entry, ...]) -> None:
    """Exactly one rule fits everything, and it is the last: no case is left over, and no rule is never reached."""
    for number, (rule, entry) in enumerate(zip(rules, entries, strict=True), start=1):
        if rule.is_last and number < len(rules):
            raise entry.fault("when", "is missing: the rules below it would never be reached; put it last")
        if number == len(rules) and not rule.is_last:
            raise entry.fault("when", "the last rule must fit everything; write one without `when`")
        hidden = next((before for before in rules[: number - 1] if _covers(before, rule)), None)
        if hidden is not None:
            raise entry.fault("when", f"is never reached: {hidden.id!r} above fits all of it; put this one first")


def _covers(one: Rule, other: Rule) -> bool:
    """Whether the first fits everything that the other fits."""
    words = all(axis in other.when and set(other.when[axis]) <= set(names) for axis, names in one.when.items())
    return words and one.spread <= other.spread
