# SPDX-License-Identifier: Apache-2.0
"""Which lines apply to a firm and why, line by line; and what changes when the firm does.

Must never leave a line out in silence: each gets a verdict with its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from krama.errors import BadInput
from krama.guidelines.model import Catalogue, Line, Word
from krama.text import Text


@dataclass(frozen=True)
class Profile:
    """What a firm is: sectors, what its services do, who uses them, how many people work there, its languages."""

    sectors: frozenset[str]
    features: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset({"children", "adults"})  # children use what nobody kept them from
    size: str = "small"
    languages: frozenset[str] = frozenset({"km"})


class Because(StrEnum):
    """Why a line applies, or why it does not; the words of it are in `SAID`."""

    EVERYBODY = "everybody"
    SECTOR = "sector"
    FEATURE = "feature"
    USERS = "users"
    SIZE = "size"
    LANGUAGE = "language"
    NOT_SECTOR = "not-sector"
    NOT_FEATURE = "not-feature"
    NOT_USERS = "not-users"
    NOT_SIZE = "not-size"


SAID = {
    Because.EVERYBODY: Text("It is asked of every firm.", "វាតម្រូវសម្រាប់ក្រុមហ៊ុនទាំងអស់។"),
    Because.SECTOR: Text("You work in: {}.", "អ្នកធ្វើការក្នុងវិស័យ៖ {}។"),
    Because.FEATURE: Text("Your service has: {}.", "សេវារបស់អ្នកមាន៖ {}។"),
    Because.USERS: Text("Your service is used by: {}.", "អ្នកប្រើសេវារបស់អ្នក៖ {}។"),
    Because.SIZE: Text("Your firm has {}.", "ក្រុមហ៊ុនរបស់អ្នកមាន៖ {}។"),
    Because.LANGUAGE: Text("Do it in each language you serve in: {}.", "ធ្វើវាតាមភាសានីមួយៗដែលអ្នកប្រើ៖ {}។"),
    Because.NOT_SECTOR: Text("It is asked only in: {}.", "វាតម្រូវតែក្នុងវិស័យ៖ {}។"),
    Because.NOT_FEATURE: Text("It is asked when a service has: {}.", "វាតម្រូវពេលសេវាមាន៖ {}។"),
    Because.NOT_USERS: Text("It is asked when a service is used by: {}.", "វាតម្រូវពេលអ្នកប្រើសេវាជា៖ {}។"),
    Because.NOT_SIZE: Text("It can wait until the firm has {}.", "វាអាចរង់ចាំរហូតដល់ក្រុមហ៊ុនមាន {}។"),
}
GROUP = {
    Because.SECTOR: "sectors",
    Because.FEATURE: "features",
    Because.USERS: "users",
    Because.SIZE: "sizes",
    Because.LANGUAGE: "languages",
    Because.NOT_SECTOR: "sectors",
    Because.NOT_FEATURE: "features",
    Because.NOT_USERS: "users",
    Because.NOT_SIZE: "sizes",
}


@dataclass(frozen=True)
class Reason:
    """One reason, with the words of the profile or of the line that it rests on."""

    because: Because
    names: tuple[str, ...] = ()

    def said(self, catalogue: Catalogue, language: str) -> str:
        """The reason as a sentence."""
        names = [catalogue.words.text(GROUP[self.because], name).in_(language) for name in self.names]
        return SAID[self.because].in_(language).format(("; " if language != "km" else " · ").join(names))


@dataclass(frozen=True)
class Ruling:
    """A line, whether it applies, and why."""

    line: Line
    applies: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Difference:
    """What a change of the profile brings: rulings as they are after it."""

    added: tuple[Ruling, ...]
    dropped: tuple[Ruling, ...]
    again: tuple[Ruling, ...]  # still applies, but in a language that is new


def checked(catalogue: Catalogue, profile: Profile) -> Profile:
    """The profile, when each of its words is known; else `BadInput`."""
    words = catalogue.words
    for what, given, known in (
        ("sector", profile.sectors, words.sectors),
        ("feature", profile.features, words.features),
        ("kind of user", profile.users, words.users),
        ("size", {profile.size}, words.sizes),
        ("language", profile.languages, words.languages),
    ):
        _check(what, given, [word.id for word in known])
    if not (profile.sectors and profile.users and profile.languages):
        raise BadInput("A profile needs at least one sector, one kind of user and one language; choose them.")
    return profile


def rulings(catalogue: Catalogue, profile: Profile) -> tuple[Ruling, ...]:
    """A ruling for every line, in the catalogue's order."""
    checked(catalogue, profile)
    return tuple(_ruling(catalogue, profile, line) for line in catalogue.lines)


def applicable(catalogue: Catalogue, profile: Profile) -> tuple[Line, ...]:
    """The lines that apply."""
    return tuple(ruling.line for ruling in rulings(catalogue, profile) if ruling.applies)


def difference(catalogue: Catalogue, before: Profile, after: Profile) -> Difference:
    """What comes, what goes, and what must be done again in a new language."""
    pairs = list(zip(rulings(catalogue, before), rulings(catalogue, after), strict=True))
    wider = bool(after.languages - before.languages)
    return Difference(
        added=tuple(new for old, new in pairs if new.applies and not old.applies),
        dropped=tuple(new for old, new in pairs if old.applies and not new.applies),
        again=tuple(new for old, new in pairs if wider and old.applies and new.applies and new.line.each_language),
    )


def _ruling(catalogue: Catalogue, profile: Profile, line: Line) -> Ruling:
    sizes = catalogue.words.sizes
    against = [
        *_missing(Because.NOT_SECTOR, line.sectors, profile.sectors),
        *_missing(Because.NOT_FEATURE, line.features, profile.features),
        *_missing(Because.NOT_USERS, line.users, profile.users),
        *_too_small(line, profile, sizes),
    ]
    if against:
        return Ruling(line, False, tuple(against))
    whole = len(line.sectors) == len(catalogue.words.sectors)
    reasons = [
        *([] if whole else _met(Because.SECTOR, line.sectors, profile.sectors)),
        *_met(Because.FEATURE, line.features, profile.features),
        *_met(Because.USERS, line.users, profile.users),
        *([Reason(Because.SIZE, (profile.size,))] if line.from_size else []),
    ] or [Reason(Because.EVERYBODY)]
    if line.each_language:
        languages = tuple(word.id for word in catalogue.words.languages if word.id in profile.languages)
        reasons.append(Reason(Because.LANGUAGE, languages))
    return Ruling(line, True, tuple(reasons))


def _missing(because: Because, asked: tuple[str, ...], had: frozenset[str]) -> list[Reason]:
    return [Reason(because, asked)] if asked and had.isdisjoint(asked) else []


def _met(because: Because, asked: tuple[str, ...], had: frozenset[str]) -> list[Reason]:
    return [Reason(because, tuple(name for name in asked if name in had))] if asked else []


def _too_small(line: Line, profile: Profile, sizes: tuple[Word, ...]) -> list[Reason]:
    order = [size.id for size in sizes]
    if line.from_size and order.index(profile.size) < order.index(line.from_size):
        return [Reason(Because.NOT_SIZE, (line.from_size,))]
    return []


def _check(what: str, given: Iterable[str], known: list[str]) -> None:
    for name in sorted(given):
        if name not in known:
            raise BadInput(f"The {what} {name!r} is not known; use one of {', '.join(known)}.")
