# SPDX-License-Identifier: Apache-2.0
"""A playbook from YAML. A mistake is refused with its file, line, entry and what to do; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from krama.playbooks.model import KINDS, LEADS, PAGES, WHO, Playbook, Step
from krama.text import BadEntry, Document, Entry, parsed, read_document

FOLDER = Path(__file__).with_name("books")
ORDER = (
    "sexual-extortion",
    "grooming",
    "known-material",
    "self-generated-by-peers",
    "cyberbullying",
    "non-consensual-images",
    "livestream",
    "self-harm",
)
LONGEST = 24 * 90  # hours; whatever is later is no step of a case any more


@cache
def playbooks() -> tuple[Playbook, ...]:
    """All that come with Krama."""
    return tuple(load_playbook(FOLDER / f"{id}.yaml") for id in ORDER)


def load_playbook(path: Path) -> Playbook:
    """The playbook of one file; `BadEntry` says file, line, entry, field and what to do."""
    found = _with_line(lambda: read_document(path))
    if path.parent == FOLDER and found.id != path.stem:
        raise BadEntry(f"{path.name}: playbook: id: is {found.id!r}; it is the file's name without `.yaml`")
    return found


def read_playbook(text: str, name: str = "playbook.yaml") -> Playbook:
    """The same from its text."""
    return _with_line(lambda: parsed(text, name))


def _with_line(read: Callable[[], Document]) -> Playbook:
    try:
        return _playbook(read())
    except BadEntry as problem:
        if line := problem.fields.get("line"):
            raise BadEntry(f"line {line}: {problem.detail}", **problem.fields) from problem
        raise


def _playbook(document: Document) -> Playbook:
    if strange := sorted(set(document.entries) - {"playbook", "steps"}):
        raise BadEntry(f"{document.name}: {strange[0]}: is not known; use playbook or steps")
    (head, *others) = document.listed("playbook")
    if others:
        raise others[0].fault("id", "is a second playbook; write one file for each")
    head.allow("id", "version", "title", "fits", "may_fit", "warning", "source")
    fits, may_fit = head.words("fits", KINDS), head.words("may_fit", KINDS)
    if both := sorted(set(fits) & set(may_fit)):
        raise head.fault("may_fit", f"{both[0]!r} stands in `fits` already; take it out of one of them")
    return Playbook(
        id=head.word("id"),
        version=head.number("version"),
        title=head.text("title"),
        fits=fits,
        may_fit=may_fit,
        steps=_steps(document.listed("steps")),
        source=head.word("source"),
        warning=head.text("warning") if "warning" in head.values else None,
    )


def _steps(entries: tuple[Entry, ...]) -> tuple[Step, ...]:
    steps = tuple(_step(entry) for entry in entries)
    if not any(step.must for step in steps):
        raise entries[0].fault("must", "no step is a must; write `must: true` where leaving it out harms a child")
    return steps


def _step(entry: Entry) -> Step:
    entry.allow("id", "who", "due", "must", "en", "km", *LEADS)
    leads = [name for name in LEADS if name in entry.values]
    if len(leads) > 1:
        raise entry.fault(leads[1], f"a step leads to one place; take out `{leads[0]}` or `{leads[1]}`")
    if "must" not in entry.values:
        raise entry.fault("must", "is missing; write true where leaving it out harms a child, else false")
    due = entry.number("due")
    if due > LONGEST:
        raise entry.fault("due", f"is more than ninety days; write hours after the case was opened, 1 to {LONGEST}")
    kind = leads[0] if leads else ""
    return Step(
        id=entry.id,
        text=entry.said(),
        who=entry.one_of("who", WHO),
        due=due,
        must=entry.flag("must"),
        leads=kind,
        to=entry.one_of("page", PAGES) if kind == "page" else entry.word(kind) if kind else "",
    )
