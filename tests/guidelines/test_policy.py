# SPDX-License-Identifier: Apache-2.0
"""The policy papers: both languages, readable for whom they are meant, written from the profile."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from krama.countries import country
from krama.errors import BadInput, NotFound
from krama.guidelines import Profile, shipped
from krama.guidelines.packs import Clause, Letter, SectorPack
from krama.guidelines.policy_papers import SIGNED, contact_texts, kinds_for, write_paper
from krama.guidelines.policy_texts import FOLDER, KINDS, load_paper, paper_text
from krama.guidelines.reading_ease import grade, syllables
from krama.paper import Document, Heading, Items, Note, Paragraph
from krama.text import BadEntry, Text, khmer_share, spelling_faults

FIRM = Text("Demo {contact:none} Co", "ក្រុមហ៊ុនសាកល្បង")
HARD = "Notwithstanding considerations, organisational accountability necessitates comprehensive documentation."
WORDS = shipped().words
EVERYTHING = Profile(
    frozenset(word.id for word in WORDS.sectors),
    frozenset(word.id for word in WORDS.features),
    frozenset(word.id for word in WORDS.users),
)
PACK = SectorPack(
    "sm",
    Text("Open.", "បើក។"),
    (Clause("sm.own", "policy", Text("Our own", "ផ្ទាល់ខ្លួន"), Text("Only {firm}.", "មានតែ {firm}។")),),
    (),
    (Letter("sm.parents", "parents", Text("To parents", "ជូនឪពុកម្តាយ"), (Text("Dear parents", "ជូនលោកអ្នក"),)),),
    (),
    "sm.try-your-report-button",
)


def written(kind: str, profile: Profile = EVERYTHING) -> dict[str, Document]:
    return write_paper(kind, profile, FIRM, contact_texts(country()), [PACK])


def words_of(document: Document) -> str:
    texts = []
    for block in document.blocks:
        match block:
            case Heading(text) | Paragraph(text) | Note(text):
                texts.append(text)
            case Items(items):
                texts += items
    return "\n".join(texts)


def sentences_of(document: Document) -> str:
    """Without headings, whose few words would make a text seem easier than it is."""
    return words_of(replace(document, blocks=tuple(b for b in document.blocks if not isinstance(b, Heading))))


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_stands_in_both_languages_and_keeps_the_spelling_of_the_house(kind: str) -> None:
    text = paper_text(kind)
    said = [text.title, *(part.text for part in text.parts)]
    assert len({one.en for one in said}) == len({one.km for one in said}) == len(said)
    for one in said:
        khmer = re.sub(r"\{[^{}]*\}", "ក្រុមហ៊ុន", one.km)
        assert not list(spelling_faults(khmer)), one.km
        assert khmer_share(khmer) >= 0.6, one.km
        assert sorted(re.findall(r"\{[^{}]*\}", one.en)) == sorted(re.findall(r"\{[^{}]*\}", one.km)), one.en


def test_a_ten_year_old_reads_the_house_rules() -> None:
    for profile in (EVERYTHING, Profile(frozenset({"isp"}))):
        assert 0 < grade(sentences_of(written("house-rules", profile)["en"])) <= 5


def test_a_hard_sentence_is_seen() -> None:
    assert grade(HARD) > 12
    rules = written("house-rules")["en"]
    assert grade(sentences_of(replace(rules, blocks=(*rules.blocks, *[Paragraph(HARD)] * 12)))) > 5
    assert grade(sentences_of(written("policy")["en"])) > 5


def test_syllables_are_counted() -> None:
    counted = {"child": 1, "safe": 1, "rules": 1, "asked": 1, "wanted": 2, "places": 2, "little": 2, "photo": 2}
    assert {word: syllables(word) for word in counted} == counted


def test_the_same_words_were_meant_for_a_firm_with_that_feature_only() -> None:
    plain = words_of(written("policy", Profile(frozenset({"isp"})))["en"])
    assert "grooming" not in plain
    assert "grooming" in words_of(written("policy")["en"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_carries_the_firms_name_and_nothing_unfilled(kind: str) -> None:
    papers = written(kind)
    assert papers["en"].subtitle == FIRM.en
    assert papers["km"].subtitle == FIRM.km
    assert "{" not in words_of(papers["en"]).replace(FIRM.en, "")
    assert "{" not in words_of(papers["km"])


def test_what_the_sector_adds_stands_in_its_paper() -> None:
    assert f"Only {FIRM.en}." in words_of(written("policy")["en"])
    assert "Our own" not in words_of(written("conduct")["en"])
    assert written("letter.sm.parents")["km"].title == "ជូនឪពុកម្តាយ"
    assert ("letter.sm.parents", Text("To parents", "ជូនឪពុកម្តាយ")) in kinds_for([PACK])


def test_khmer_that_nobody_has_reviewed_says_so() -> None:
    assert all(isinstance(written(kind)["km"].blocks[0], Note) for kind in KINDS)


def test_policy_and_code_of_conduct_are_signed() -> None:
    assert SIGNED == ("policy", "conduct")


def test_a_paper_that_is_not_there_or_misses_a_contact_is_refused() -> None:
    for kind in ("letter.sm.nobody", "../policy"):
        with pytest.raises(NotFound):
            written(kind)
    with pytest.raises(BadInput, match="child-helpline"):
        write_paper("policy", EVERYTHING, FIRM, {}, [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: why,", "id: who,"),
        ("as: heading, en: Why", "as: banner, en: Why"),
        ("features: [accounts]", "features: [telepathy]"),
        ("id: policy", "id: other"),
        ("signed: true", "signed: perhaps"),
    ],
)
def test_a_planted_fault_is_named(tmp_path: Path, before: str, after: str) -> None:
    text = (FOLDER / "policy.yaml").read_text(encoding="utf-8")
    assert before in text
    planted = tmp_path / "policy.yaml"
    planted.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadEntry, match=r"policy\.yaml"):
        load_paper(planted)
