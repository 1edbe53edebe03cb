# SPDX-License-Identifier: Apache-2.0
"""The facts of a line as plain values: what may be written, what is wrong with it, what changed, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from krama.inventory import Category
from krama.server.confidentiality.models.register import Basis, Consent, Line, Then
from krama.server.web.storable import storable

LONGEST_DAYS = 36_500
MOST_FIELDS, MOST_PARTIES = 300, 30
HOME = "KH"
# A change of one of these asks the minimisation question anew.
WEIGHTY = frozenset(
    {"categories", "system", "place", "field_names", "purpose", "basis", "kept_days", "third_parties", "consent"}
)
LENGTHS = {"name": 120, "system": 300, "place": 200, "purpose": 2000, "basis_words": 500, "seen_roles": 500}
LENGTHS |= {"then_words": 500, "consent_how": 500}


@dataclass(frozen=True)
class Party:
    """Somebody outside who gets it; `country` by its two letters."""

    name: str
    country: str
    why: str
    is_sdk: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything that a person writes in a line. Units by their ids as text."""

    name: str
    categories: tuple[str, ...]
    system: str
    unit: str
    review_on: date
    place: str = ""
    field_names: tuple[str, ...] = ()
    purpose: str = ""
    basis: str = Basis.NOT_KNOWN.value
    basis_words: str = ""
    seen_by: tuple[str, ...] = ()
    seen_roles: str = ""
    kept_days: int | None = None
    then: str = Then.NOT_KNOWN.value
    then_words: str = ""
    third_parties: tuple[Party, ...] = field(default=())
    consent: str = Consent.NOT_KNOWN.value
    consent_how: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        held = asdict(self) | {"review_on": self.review_on.isoformat()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in held.items()}


NAMES = tuple(one.name for one in fields(Facts))


def facts_of(line: Line) -> Facts:
    """The facts as they stand."""
    lists: dict[str, Any] = {"categories": tuple(line.categories), "field_names": tuple(line.field_names)}
    lists["seen_by"] = tuple(sorted(str(pk) for pk in line.seen_by.values_list("pk", flat=True)))
    parties = tuple(Party(**party) for party in line.third_parties)
    rest = {name: getattr(line, name) for name in NAMES if name not in {*lists, "third_parties", "unit"}}
    return Facts(**rest, **lists, unit=str(line.unit_id), third_parties=parties)


def faults(facts: Facts, today: date, review_was: date | None = None) -> dict[str, str]:
    """What is wrong, by field, as message ids. A day of review that was late before may stay so: writing is no look."""
    found = dict(_faults(facts))
    if facts.review_on < today and facts.review_on != review_was:
        found["review_on"] = _("Choose today or a day that is still to come.")
    for name, text in _texts(facts):
        if not storable(text):
            found[name] = _("There is an invisible letter in it that no database keeps.")
    return found


def _texts(facts: Facts) -> Iterator[tuple[str, str]]:
    yield from ((name, getattr(facts, name)) for name in LENGTHS)
    yield from (("field_names", one) for one in facts.field_names)
    yield from (("third_parties", one.name + one.country + one.why) for one in facts.third_parties)


def _faults(facts: Facts) -> Iterator[tuple[str, str]]:
    for name in ("name", "system"):
        if not getattr(facts, name).strip():
            yield name, _("Write it down; without it nobody finds it again.")
    for name, most in LENGTHS.items():
        if len(getattr(facts, name)) > most:
            yield name, _("This is too long; say it shorter.")
    if not facts.categories or not set(facts.categories) <= set(Category):
        yield "categories", _("Choose at least one kind of data.")
    if len(facts.field_names) > MOST_FIELDS or any(not 0 < len(one) <= 200 for one in facts.field_names):
        yield "field_names", _("Too many names, or one that is too long.")
    if facts.kept_days is not None and not 0 <= facts.kept_days <= LONGEST_DAYS:
        yield "kept_days", _("Between 0 and 36,500 days.")
    if facts.basis in (Basis.LAW, Basis.INTEREST) and not facts.basis_words.strip():
        yield "basis_words", _("Name the law, or say what the interest is.")
    if facts.consent == Consent.NOT_NEEDED and facts.basis == Basis.GUARDIAN:
        yield "consent", _("You hold it by a guardian’s consent, so that consent is needed.")
    if facts.consent == Consent.NOT_NEEDED and not facts.consent_how.strip():
        yield "consent_how", _("Say why a guardian need not agree.")
    yield from _party_faults(facts.third_parties)


def _party_faults(parties: Sequence[Party]) -> Iterator[tuple[str, str]]:
    for one in parties:
        if not (one.name.strip() and one.why.strip() and len(one.name) <= 120 and len(one.why) <= 300):
            yield "third_parties", _("Of each third party: its name, and what it gets the data for.")
        if not (len(one.country) == 2 and one.country.isascii() and one.country.isupper()):
            yield "third_parties", _("Write the country with two letters, such as KH or SG.")
    if len(parties) > MOST_PARTIES:
        yield "third_parties", _("At most 30 third parties stand in one line; split the line.")


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Which facts differ, in their order."""
    return tuple(name for name in NAMES if before.get(name) != after.get(name))


def gaps(line: Line, weighed: bool) -> tuple[str, ...]:
    """What a line still lacks, as codes; `words.py` has them in words."""
    found = {
        "purpose": not line.purpose.strip(),
        "basis": line.basis == Basis.NOT_KNOWN,
        "seen": not line.seen_by.all() and not line.seen_roles.strip(),
        "kept": line.kept_days is None or line.then == Then.NOT_KNOWN,
        "consent": consent_is_open(line),
        "weighed": not weighed,
    }
    return tuple(code for code, missing in found.items() if missing)


def consent_is_open(line: Line) -> bool:
    """A guardian's consent is needed, or may be, and nobody says how it is obtained."""
    return line.consent == Consent.NOT_KNOWN or (line.consent == Consent.NEEDED and not line.consent_how.strip())
