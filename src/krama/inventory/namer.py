# SPDX-License-Identifier: Apache-2.0
"""From the name of a field to what it says about a person, why, and how sure: by rules that a person can read.

It knows names, types, comments and tables, never a value. A word for a thing beside a name takes it away from people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from krama.inventory.fields import Field
from krama.inventory.model import Category, Finding
from krama.inventory.rulebook import TIERS, Rule, Rulebook, by_skeleton, shipped
from krama.inventory.spelling import is_khmer, pieces, singular, skeleton, split_khmer, split_run
from krama.inventory.surroundings import Place, kind_of, place_of
from krama.text import khmer_fold

BEFORE = frozenset(
    {"min", "max", "minimum", "maximum", "default", "allowed", "allow", "total", "avg", "average", "is", "can", "show"}
    | {"hide", "required", "require", "has"}
)
TELLS = frozenset({Category.BIRTH, Category.SEX, Category.FAMILY, Category.ID_NUMBER, Category.NAME, Category.SCHOOL})
HELPS = frozenset({Category.CONTACT, Category.ADDRESS})
TELLING = 0.75  # how sure a sign must be to say that its table is one of people
OF_FAMILY = frozenset(
    {Category.NAME, Category.CONTACT, Category.ADDRESS, Category.ID_NUMBER, Category.BIRTH, Category.SEX}
)
THINGS_HAVE = frozenset(
    {Category.NAME, Category.CONTACT, Category.ADDRESS, Category.LOCATION, Category.WORDS, Category.PICTURE}
    | {Category.BEHAVIOUR, Category.DEVICE}
)  # a product has a name and a server an address; neither has a birth
BETWEEN_KHMER = re.compile("(?<=[\u1780-\u17d3]) +(?=[\u1780-\u17d3])")
DENIES = frozenset(["not", "no", "never", "without", "non", "none"])
COMMENT_WORDS, COMMENT_TRUST = 12, 0.85
LANGUAGE = {"en": "English", "km": "Khmer", "km-Latn": "Khmer in Latin letters"}


@dataclass(frozen=True)
class Match:
    """A phrase of a rule in a name, with the words before and after it."""

    rule: Rule
    phrase: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    shown: str

    @property
    def tier(self) -> str:
        """How far the phrase speaks for itself."""
        return self.rule.phrases[self.phrase]

    @property
    def others(self) -> tuple[str, ...]:
        """Every word of the name outside the phrase."""
        return self.before + self.after


class Namer:
    """Names fields. One is enough for any number of them."""

    def __init__(self, book: Rulebook | None = None) -> None:
        self.book = book or shipped()
        lists = self.book.lists["km"]
        words = {phrase[0] for rule in self.book.rules if rule.language == "km" for phrase in rule.phrases}
        words |= {part[0] for rule in self.book.rules if rule.language == "km" for part in rule.not_with}
        self.lexicon = dict.fromkeys(words.union(*lists.values()))
        self.longest = max(map(len, self.lexicon))

    def findings(self, source: str, fields: Iterable[Field]) -> Iterator[Finding]:
        """What is found of these fields, in their order. A table with two sure signs of a person is one of people."""
        kept = list(fields)
        places = {one: place_of(one, self.book, self.words) for one in dict.fromkeys(field.place for field in kept)}
        signs: dict[str, set[Category]] = {}
        for field in kept:
            found = self.finding(source, field, places[field.place])
            if found is not None and found.confidence >= TELLING:
                signs.setdefault(field.place, set()).add(found.category)
        for one, categories in signs.items():
            if len(categories & (TELLS | HELPS)) > 1 and categories & TELLS and not places[one].staff:
                places[one] = places[one].of_people()
        for field in kept:
            found = self.finding(source, field, places[field.place])
            if found is not None:
                yield found

    def finding(self, source: str, field: Field, place: Place | None = None) -> Finding | None:
        """What one field says about a person, if anything."""
        place = place or place_of(field.place, self.book, self.words)
        matched = list(self._matches(field.name))
        best = self._best(matched, field, place)
        said = ""
        if best is None and not matched and field.comment:
            best, said = self._best(list(self._comment(field.comment)), field, place), "its comment"
        if best is None:
            return None
        match, confidence = best
        if said:
            confidence *= COMMENT_TRUST
        reason = _reason(match, place, said or "the name")
        return Finding(
            source, field.place, field.name, field.type, self._category(match, place), reason,
            round(confidence, 2), match.rule.language, field.line,
        )  # fmt: skip

    def _category(self, match: Match, place: Place) -> Category:
        """What names or reaches a parent is of the family, wherever it stands."""
        told = match.rule.category
        return Category.FAMILY if place.family and told in OF_FAMILY else told

    def words(self, name: str) -> tuple[str, ...]:
        """The English words of a name: cut, written out, in the singular."""
        known = self.book.known
        found: list[str] = []
        for piece in pieces(name):
            if is_khmer(piece) or piece.isdigit():
                found += [piece]
                continue
            for run in self.book.short.get(piece) or split_run(piece, known):
                word = singular(run, known)
                found += self.book.short.get(word, (word,))
        return tuple(found)

    def _matches(self, name: str) -> Iterator[Match]:
        words = self.words(name)
        yield from self._english(words)
        plural = tuple(piece for piece in pieces(name))
        if plural != words:
            yield from self._english(plural)
        name = BETWEEN_KHMER.sub("", name)
        plain = [piece for piece in pieces(name) if not piece.isdigit()]
        for piece in plain:
            if is_khmer(piece):
                yield from self._khmer(split_khmer(khmer_fold(piece), self.lexicon, self.longest))
        yield from self._romanised(tuple(piece for piece in plain if not is_khmer(piece)))

    def _english(self, words: tuple[str, ...]) -> Iterator[Match]:
        for start, word in enumerate(words):
            for phrase, rule in self.book.by_first["en"].get(word, ()):
                end = start + len(phrase)
                if words[start:end] == phrase:
                    yield Match(rule, phrase, _plain(words[:start]), _plain(words[end:]), " ".join(phrase))

    def _khmer(self, words: tuple[str, ...]) -> Iterator[Match]:
        for at, word in enumerate(words):
            for phrase, rule in self.book.by_first["km"].get(word, ()):
                yield Match(rule, phrase, words[:at], words[at + 1 :], word)

    def _romanised(self, words: tuple[str, ...]) -> Iterator[Match]:
        index = self.book.by_first["km-Latn"]
        for start in range(min(len(words), 12)):
            for end in range(start + 1, min(len(words), start + 6) + 1):
                if any(len(word) > 3 and word in self.book.known for word in words[start:end]):
                    break
                joined = "".join(words[start:end])
                key = skeleton(joined) if by_skeleton(joined) else joined
                for phrase, rule in index.get(key, ()):
                    before, after = (tuple(map(skeleton, part)) for part in (words[:start], words[end:]))
                    yield Match(rule, phrase, before, after, " ".join(words[start:end]))

    def _comment(self, comment: str) -> Iterator[Match]:
        words = self.words(comment)
        if len(words) > COMMENT_WORDS or DENIES & set(re.findall("[a-z]+", comment.lower())):
            return
        for match in self._matches(comment):
            if match.tier == "sure" or match.rule.language == "km":
                yield match

    def _best(self, matches: list[Match], field: Field, place: Place) -> tuple[Match, float] | None:
        rated = [(match, self._rate(match, field, place)) for match in matches]
        good = [(match, rate) for match, rate in rated if rate > 0]
        return max(good, key=lambda pair: (_weight(pair[0]), _reach(pair[0]), pair[1]), default=None)

    def _rate(self, match: Match, field: Field, place: Place) -> float:
        """How sure; 0 when the words around make it something else."""
        rule, book, others = match.rule, self.book, match.others
        if self._denied(match, kind_of(field.type)):
            return 0
        language = rule.language
        in_name = any(book.is_in(word, language, "person", "child", "family") for word in others)
        thing = any(book.is_in(word, language, "thing") for word in (match.before if language == "en" else others))
        about_people = in_name or place.people
        rate, tier = TIERS[match.tier], match.tier
        if tier == "table_only" and not place.is_one_of(rule.tables):
            return 0
        if tier in ("person", "alone", "table_only"):
            lists = ("around", "person", "child", "family")
            if (tier == "person" and not about_people) or not all(
                book.is_in(word, language, *lists) for word in others if not word.isdigit()
            ):
                return 0
        if (thing or (place.thing and tier != "alone")) and not in_name and rule.category in THINGS_HAVE:
            if tier != "sure":
                return 0
            rate *= 1 if place.people and not place.thing else 0.5
        if place.staff or any(book.is_in(word, language, "staff") for word in others):
            rate *= 0.5
        rate += 0.05 if place.children else 0.03 if about_people else 0
        return min(rate, 0.98)

    def _denied(self, match: Match, kind: str) -> bool:
        rule, others = match.rule, match.others
        if kind in rule.never or (kind == "bool" and not rule.flags):
            return True
        for words in rule.not_with:
            if len(words) == 1 and words[0] in others:
                return True
            whole = (*match.before, *match.phrase, *match.after)
            if len(words) > 1 and any(whole[at : at + len(words)] == words for at in range(len(whole))):
                return True
        if rule.language != "en":
            return any(self.book.is_in(word, rule.language, "about") for word in others)
        if rule.flags and kind == "bool":
            return False
        return any(self.book.is_in(w, "en", "about") for w in match.after) or bool(BEFORE & set(match.before))


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if not word.isdigit())


def _weight(match: Match) -> int:
    return 2 if match.rule.category is Category.FAMILY else int(match.rule.first)


def _reach(match: Match) -> tuple[int, int]:
    return (
        len(match.phrase) if match.rule.language == "en" else len(match.shown) // 4 + 1,
        list(TIERS)[::-1].index(match.tier),
    )


def _reason(match: Match, place: Place, where: str) -> str:
    said = f"“{match.shown}” in {where} ({LANGUAGE[match.rule.language]}) is {match.rule.says}"
    if place.children:
        return f"{said}; “{place.word}” speaks of children."
    if place.staff:
        return f"{said}; “{place.word}” speaks of staff, so it is hardly a child's."
    if place.people:
        return f"{said}; “{place.word}” speaks of people."
    return f"{said}."
