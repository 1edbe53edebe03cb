# SPDX-License-Identifier: Apache-2.0
"""Answers from one catalogue to another: each is kept, under its own line or the one that took its place.

Must never lose an answer: where several come together, one is the answer and the others are kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from krama.guidelines.changes import SCOPE, differences
from krama.guidelines.model import Catalogue, Line
from krama.text import Text


class Reason(StrEnum):
    """Why an answer needs another look."""

    REWORDED = "reworded"
    SCOPE = "scope"
    PROOF = "proof"
    REPLACED = "replaced"
    MERGED = "merged"
    GONE = "gone"
    AGAIN = "again"


SAID = {
    Reason.REWORDED: Text("The words of the line are others now.", "ពាក្យក្នុងចំណុចនេះបានផ្លាស់ប្តូរ។"),
    Reason.SCOPE: Text("It applies to other firms than before.", "វិសាលភាពនៃចំណុចនេះបានផ្លាស់ប្តូរ។"),
    Reason.PROOF: Text("Other things count as proof, or others do it.", "ភស្តុតាងដែលត្រូវការ ឬអ្នកអនុវត្ត បានផ្លាស់ប្តូរ។"),
    Reason.REPLACED: Text(
        "It was the answer to another line, whose place this one took.", "ចម្លើយនេះជារបស់ចំណុចមួយផ្សេង ដែលចំណុចនេះបានជំនួស។"
    ),
    Reason.MERGED: Text(
        "This line took the place of several; the other answers are kept beside it.",
        "ចំណុចនេះបានជំនួសចំណុចច្រើន។ ចម្លើយផ្សេងទៀតត្រូវបានរក្សាទុកនៅក្បែរ។",
    ),
    Reason.GONE: Text("The line is not asked any more.", "ចំណុចនេះលែងមានក្នុងបញ្ជីទៀតហើយ។"),
    Reason.AGAIN: Text("The line was not asked for a while.", "ចំណុចនេះមិនត្រូវបានសួរមួយរយៈ។"),
}


@dataclass(frozen=True)
class Answered:
    """What somebody answered: a level, words, or that the line was set aside (then `aside` holds why)."""

    level: int | None = None
    words: str = ""
    aside: str = ""

    @property
    def says_something(self) -> bool:
        """Whether anything was said; a row can also only lie in somebody's hands."""
        return self.level is not None or bool(self.words or self.aside)


@dataclass(frozen=True)
class Kept:
    """One answer after the change: the line it was given to, and the line it stands under now."""

    line_id: str
    to: str
    answer: Answered
    reasons: tuple[Reason, ...] = ()
    beside: bool = False  # another answer stands under `to`; this one is kept beside it

    @property
    def moved(self) -> bool:
        return self.to != self.line_id


def migrate(answers: Mapping[str, Answered], before: Catalogue, after: Catalogue) -> tuple[Kept, ...]:
    """Each answer, once: where it stands now, and why somebody must look at it again."""
    found: dict[str, list[str]] = {}
    own = {id for id in answers if after.line(id)}
    for id in answers:
        found.setdefault(_to(id, before, after, own), []).append(id)
    return tuple(kept for to, ids in found.items() for kept in _together(to, ids, answers, before, after))


def successor(line_id: str, before: Catalogue | None, after: Catalogue) -> str | None:
    """The line that stands in the place of an old one: itself, what replaced it, or what it once replaced."""
    places = _places(line_id, before, after)
    return next(places, None)


def reasons_of(code: str) -> tuple[Reason, ...]:
    """The reasons as they were written down with an answer."""
    known = {reason.value: reason for reason in Reason}
    return tuple(known[word] for word in code.split() if word in known)


def _to(id: str, before: Catalogue, after: Catalogue, own: set[str]) -> str:
    places = list(_places(id, before, after))
    free = [place for place in places if place == id or place not in own]
    return (free or places or [id])[0]


def _places(id: str, before: Catalogue | None, after: Catalogue) -> Iterator[str]:
    """Where an answer can stand, the best place first: under its line, the line that replaced it, those before it."""
    old = before.line(id) if before else None
    for one in (id, *(old.replaces if old else ())):
        if after.line(one):
            yield one
        else:
            yield from (line.id for line in after.lines if one in line.replaces)


def _together(
    to: str, ids: list[str], answers: Mapping[str, Answered], before: Catalogue, after: Catalogue
) -> Iterator[Kept]:
    """All answers that come to one line; the first of them stands, the others beside it."""
    line = after.line(to)
    order = [to, *(line.replaces if line else ())]
    ids = sorted(ids, key=lambda id: (id != to, not answers[id].says_something, _rank(order, id), id))
    several = sum(answers[id].says_something for id in ids) > 1
    for place, id in enumerate(ids):
        said = answers[id].says_something
        reasons = (*_reasons(id, to, said, before, after), *((Reason.MERGED,) if several and said else ()))
        yield Kept(id, to, answers[id], reasons, beside=place > 0)


def _reasons(id: str, to: str, said: bool, before: Catalogue, after: Catalogue) -> tuple[Reason, ...]:
    was, now = before.line(id), after.line(to)
    if not said:
        return ()
    if now is None:
        return (Reason.GONE,)
    if id != to:
        return (Reason.REPLACED,)
    if was is None:
        return (Reason.AGAIN,)
    return tuple(_differs(was, now))


def _differs(was: Line, now: Line) -> Iterable[Reason]:
    names = {difference.field for difference in differences(was, now)}
    if names & {"text", "good"}:
        yield Reason.REWORDED
    if names.intersection(SCOPE):
        yield Reason.SCOPE
    if names & {"proof", "who"}:
        yield Reason.PROOF
    taken = set(now.replaces) - set(was.replaces)
    if taken:
        yield Reason.REPLACED


def _rank(order: list[str], id: str) -> int:
    return order.index(id) if id in order else len(order)
