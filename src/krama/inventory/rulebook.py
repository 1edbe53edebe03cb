# SPDX-License-Identifier: Apache-2.0
"""The rules and the words around them, from YAML; a fault names file, rule, field and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from krama.inventory.model import Category
from krama.inventory.spelling import skeleton
from krama.text import Entry, khmer_fold, read_document

FOLDER = Path(__file__).with_name("rules")
LANGUAGES = ("en", "km", "km-Latn")
TIERS = {"sure": 0.92, "likely": 0.75, "alone": 0.75, "person": 0.7, "table_only": 0.75}
KINDS = ("int", "bool", "date", "bytes", "float")
FIELDS = ("id", "category", "says", "why", *TIERS, "not_with", "flags", "never", "first", "tables")
LISTS = ("child", "person", "family", "staff", "thing", "place", "ending", "about", "around")


@dataclass(frozen=True)
class Rule:
    """One thing a name can say. `why` is the reason or source for having it."""

    id: str
    language: str
    category: Category
    says: str
    why: str
    phrases: Mapping[tuple[str, ...], str]  # to its tier
    not_with: tuple[tuple[str, ...], ...]
    never: frozenset[str]
    tables: frozenset[str]
    flags: bool
    first: bool


@dataclass(frozen=True)
class Rulebook:
    """All rules, by language and first word, and the lists of words around."""

    rules: tuple[Rule, ...]
    lists: Mapping[str, Mapping[str, frozenset[str]]]  # language → list → words
    short: Mapping[str, tuple[str, ...]]
    by_first: Mapping[str, Mapping[str, list[tuple[tuple[str, ...], Rule]]]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()  # every English word of rules and lists

    def is_in(self, word: str, language: str, *names: str) -> bool:
        """Does a word stand in one of these lists? Romanised words are compared by their skeleton."""
        lists = self.lists[language]
        return any(word in lists[name] for name in names)


@cache
def shipped() -> Rulebook:
    """The rules that come with Krama."""
    return read_rules(FOLDER)


def read_rules(folder: Path) -> Rulebook:
    """`context.yaml` and a file a language, checked."""
    context = read_document(folder / "context.yaml")
    lists = {language: {} for language in LANGUAGES}  # type: dict[str, dict[str, frozenset[str]]]
    for entry in context.listed("lists"):
        entry.allow("id", "en", "km", "latn")
        name = entry.one_of("id", LISTS)
        lists["en"][name] = frozenset(entry.words("en"))
        lists["km"][name] = frozenset(map(khmer_fold, entry.words("km")))
        lists["km-Latn"][name] = frozenset(map(skeleton, entry.words("latn")))
    short = {entry.id: entry.words("en", least=1) for entry in context.listed("short")}
    rules = tuple(
        _rule(entry, language)
        for language in LANGUAGES
        for entry in read_document(folder / f"{language}.yaml").listed("rules")
    )
    return Rulebook(rules, lists, short, _by_first(rules), _known(rules, lists["en"]))


def _rule(entry: Entry, language: str) -> Rule:
    entry.allow(*FIELDS)
    phrases: dict[tuple[str, ...], str] = {}
    for tier in TIERS:
        for phrase in entry.words(tier):
            key = _key(phrase, language)
            if not key or (key in phrases and language != "km-Latn"):
                raise entry.fault(tier, f"{phrase!r} is empty or stands in two places; keep one of them")
            phrases.setdefault(key, tier)
    if not phrases:
        raise entry.fault("sure", "no name is given; give at least one in sure, likely, alone or person")
    return Rule(
        entry.word("id"),
        language,
        Category(entry.one_of("category", tuple(Category))),
        entry.word("says"),
        entry.word("why"),
        phrases,
        tuple(_key(words, language) for words in entry.words("not_with")),
        frozenset(entry.words("never", KINDS)),
        frozenset(entry.words("tables")),
        entry.flag("flags"),
        entry.flag("first"),
    )


def _key(phrase: str, language: str) -> tuple[str, ...]:
    if language == "km":
        return (khmer_fold(phrase),)
    joined = phrase.replace(" ", "")
    if language == "km-Latn":
        return (skeleton(joined) if by_skeleton(joined) else joined,)
    return tuple(phrase.split())


def by_skeleton(joined: str) -> bool:
    """Is a romanised word long enough that its skeleton is its own?"""
    return len(joined) >= 6 and len(skeleton(joined)) >= 4


def _by_first(rules: tuple[Rule, ...]) -> dict[str, dict[str, list[tuple[tuple[str, ...], Rule]]]]:
    found: dict[str, dict[str, list[tuple[tuple[str, ...], Rule]]]] = {language: {} for language in LANGUAGES}
    for rule in rules:
        for phrase in rule.phrases:
            found[rule.language].setdefault(phrase[0], []).append((phrase, rule))
    return found


def _known(rules: tuple[Rule, ...], lists: Mapping[str, frozenset[str]]) -> frozenset[str]:
    phrases = (word for rule in rules if rule.language == "en" for phrase in rule.phrases for word in phrase)
    return frozenset(phrases).union(*lists.values())
