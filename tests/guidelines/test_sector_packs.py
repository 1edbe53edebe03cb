# SPDX-License-Identifier: Apache-2.0
"""The six sector packs are whole, each is its sector's own, and a planted bad entry of each kind is seen red."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from krama.countries import country
from krama.errors import NotFound
from krama.guidelines import BadEntry, Text, shipped
from krama.guidelines.pack_files import FOLDER, PLACE, load_sector_pack
from krama.guidelines.pack_papers import by_when, contacts_said, filled, letter_paper, playbook_paper
from krama.guidelines.packs import UNIT_KINDS, SectorPack, Step, pack_of, packs
from krama.paper import Signatures
from krama.text import khmer_share, read_document, spelling_faults

SECTORS = tuple(sector.id for sector in shipped().words.sectors)
SCHEMA = json.loads((FOLDER / "schema.json").read_text("utf-8"))
TODAY = date(2026, 11, 24)


def texts(pack: SectorPack) -> Iterator[Text]:
    yield pack.opening
    yield from (text for clause in pack.clauses for text in (clause.title, clause.text))
    for playbook in pack.playbooks:
        yield from (playbook.title, playbook.when, *(step.text for step in playbook.steps))
    yield from (text for letter in pack.letters for text in (letter.title, *letter.body))


def twins(said: Iterable[Text]) -> list[str]:
    counts = Counter(text.in_(language) for text in said for language in ("en", "km"))
    return [words for words, count in counts.items() if count > 1]


def test_there_is_a_pack_for_each_sector_and_none_else() -> None:
    assert tuple(pack.sector for pack in packs()) == SECTORS
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(SECTORS)
    with pytest.raises(NotFound):
        pack_of("bakery")


@pytest.mark.parametrize("sector", SECTORS)
def test_a_pack_says_everything_in_both_languages_as_the_house_spells(sector: str) -> None:
    for text in texts(pack_of(sector)):
        khmer = PLACE.sub("ក្រមា", text.km)
        assert list(spelling_faults(khmer)) == [], text.km
        assert khmer_share(khmer) >= 0.6, text.km
        assert text.en != text.km


@pytest.mark.parametrize("sector", SECTORS)
def test_the_first_task_is_the_sectors_own_and_takes_an_hour(sector: str) -> None:
    line = shipped().line(pack_of(sector).first_task)
    assert line is not None
    assert (line.sectors, line.effort) == ((sector,), "an-hour")


@pytest.mark.parametrize("sector", SECTORS)
def test_three_playbooks_letters_clauses_and_two_live_proofs_stand_ready(sector: str) -> None:
    pack = pack_of(sector)
    assert len(pack.playbooks) == 3
    assert all(6 <= len(playbook.steps) <= 10 for playbook in pack.playbooks)
    assert 2 <= len(pack.letters) <= 3
    assert 2 <= len(pack.clauses) <= 4
    assert [shipped().proof(id).kind for id in pack.first_proofs] == ["live", "live"]


def test_no_two_clauses_playbooks_or_letters_are_alike_anywhere() -> None:
    everywhere = [text for pack in packs() for text in texts(pack)]
    assert twins(everywhere) == []
    ids = [item.id for pack in packs() for items in (pack.clauses, pack.playbooks, pack.letters) for item in items]
    assert len(ids) == len(set(ids))
    assert len({pack.first_proofs for pack in packs()}) == len(SECTORS)


@pytest.mark.parametrize(
    ("sector", "words"),
    [
        ("sm", ("on the first day", "every item")),
        ("isp", ("stop page", "stopped too much")),
        ("mno", ("short code", "counter")),
        ("host", ("notice and takedown", "reseller")),
        ("cont", ("consent", "dignity")),
        ("dev", ("release gate", "library")),
    ],
)
def test_what_is_particular_to_the_sector_is_there(sector: str, words: tuple[str, ...]) -> None:
    pack = pack_of(sector)
    said = " ".join(text.en for text in texts(pack)).lower() + " ".join(clause.id for clause in pack.clauses)
    assert [word for word in words if word not in said] == []


def test_house_rules_are_short_sentences_a_child_can_read() -> None:
    for clause in (clause for pack in packs() for clause in pack.clauses if clause.into == "house-rules"):
        sentences = [sentence for sentence in clause.text.en.split(".") if sentence.strip()]
        assert sum(len(sentence.split()) for sentence in sentences) / len(sentences) <= 10
        assert "ប្អូន" in clause.text.km


@pytest.mark.parametrize("sector", SECTORS)
def test_a_file_keeps_the_schema_and_says_that_its_khmer_awaits_a_native_reader(sector: str) -> None:
    raw = read_document(FOLDER / f"{sector}.yaml").raw
    assert list(Draft202012Validator(SCHEMA).iter_errors(raw)) == []
    assert raw["pack"]["khmer"] == "awaiting native review"


Change = Callable[[dict[str, Any]], object]
PLANTED: list[tuple[str, Change, str]] = [
    ("no opening", lambda d: d["pack"].pop("opening"), "opening"),
    ("an unknown sector", lambda d: d["pack"].update(sector="bakery"), "'bakery' is not known"),
    ("a task of everybody’s", lambda d: d["pack"].update(first_task="a1.partners"), "first_task"),
    ("a task of an afternoon", lambda d: d["pack"].update(first_task="isp.check-before-blocking"), "takes an hour"),
    ("a proof not live", lambda d: d["pack"].update(first_proofs=["policy-file", "live.lists-fresh"]), "first_proofs"),
    ("one proof", lambda d: d["pack"].update(first_proofs=["live.lists-fresh"]), "has 1 entries; give 2"),
    ("two playbooks", lambda d: d["playbooks"].pop(), "has 2 entries; give 3"),
    ("five steps", lambda d: d["playbooks"][0].update(steps=d["playbooks"][0]["steps"][:5]), "give 6 to 10"),
    ("no steps", lambda d: d["playbooks"][0].pop("steps"), "steps"),
    ("an unknown unit", lambda d: d["playbooks"][0]["steps"][1].update(unit="kitchen"), "steps 2: unit"),
    ("a time that runs back", lambda d: d["playbooks"][0]["steps"][0].update(minutes=99999), "earlier time"),
    ("no time at all", lambda d: d["playbooks"][0]["steps"][0].update(minutes=0), "minutes"),
    ("a step in English alone", lambda d: d["playbooks"][0]["steps"][0].pop("km"), "km"),
    ("one letter", lambda d: d.update(letters=d["letters"][:1]), "letters"),
    ("a letter to nobody", lambda d: d["letters"][0].update(to="moon"), "'moon' is not known"),
    ("a letter without words", lambda d: d["letters"][0].update(body=[]), "body"),
    ("a clause for no paper", lambda d: d["clauses"][0].update(into="poem"), "'poem' is not known"),
    ("a clause of another sector", lambda d: d["clauses"][0].update(id="sm.other"), "begin it with `isp.`"),
    ("an id twice", lambda d: d["clauses"][1].update(id=d["clauses"][0]["id"]), "stands twice"),
    ("an unknown contact", lambda d: d["clauses"][0]["text"].update(en="{contact:nobody}"), "{contact:nobody}"),
    ("a place lost in Khmer", lambda d: d["clauses"][3]["text"].update(km="កុមារ"), "keep them the same"),
    ("an unknown field", lambda d: d["clauses"][0].update(colour="red"), "colour"),
    ("an invisible sign", lambda d: d["clauses"][0]["text"].update(km="កុមារ\u200b"), "invisible"),
]


@pytest.mark.parametrize(("change", "words"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_a_planted_bad_entry_names_file_entry_and_field(tmp_path: Path, change: Change, words: str) -> None:
    document = yaml.safe_load((FOLDER / "isp.yaml").read_text("utf-8"))
    change(document)
    file = tmp_path / "isp.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    with pytest.raises(BadEntry) as found:
        load_sector_pack(file)
    assert found.value.detail.startswith("isp.yaml: ")
    assert words in found.value.detail


def test_a_planted_misspelling_and_a_twin_are_seen() -> None:
    pack = pack_of("isp")
    assert list(spelling_faults(pack.opening.km + " សំណើរ"))
    planted = Text("Said anew.", pack.opening.km)
    assert twins([*texts(pack), planted]) == [pack.opening.km]


def test_a_number_that_nobody_confirmed_says_so() -> None:
    said = contacts_said(country(), "en", TODAY)
    assert said["child-helpline"] == "Child Helpline Cambodia (1280, not confirmed yet)"
    assert said["mptc"] == "Ministry of Post and Telecommunications (no number known yet)"
    assert "មិនទាន់បានបញ្ជាក់" in contacts_said(country(), "km", TODAY)["child-helpline"]


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("sector", SECTORS)
def test_every_paper_is_filled_in_whole(sector: str, language: str) -> None:
    contacts = contacts_said(country(), language, TODAY)
    units = {kind: kind for kind in UNIT_KINDS}
    pack = pack_of(sector)
    papers = [letter_paper(letter, language, firm="Mekong", contacts=contacts) for letter in pack.letters]
    papers += [
        playbook_paper(playbook, language, firm="Mekong", units=units, contacts=contacts) for playbook in pack.playbooks
    ]
    assert all("{" not in repr(block) for paper in papers for block in paper.blocks)
    assert len({paper.title for paper in papers}) == len(papers)


def test_a_letter_to_one_firm_is_signed_and_one_to_many_is_not() -> None:
    contacts = contacts_said(country(), "en", TODAY)
    signed = {
        letter.id: isinstance(letter_paper(letter, "en", firm="", contacts=contacts).blocks[-1], Signatures)
        for pack in packs()
        for letter in pack.letters
    }
    assert signed["host.to-a-reseller"]
    assert not signed["mno.bill-insert"]
    assert not signed["sm.to-a-child-who-reported"]


def test_a_place_is_filled_in_after_the_words_around_it_were_made_safe() -> None:
    text = Text("<b> {firm}", "<b> {firm}")
    assert filled(text, "en", firm="<i>", contacts={}, written=lambda said: said.replace("<", "&lt;")) == "&lt;b> <i>"
    assert filled(text, "en", firm="", contacts={}) == "<b> …………"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        *((None, ""), (1, "within a minute"), (90, "within 90 minutes"), (60, "within an hour")),
        *((240, "within 4 hours"), (1440, "within 24 hours"), (10080, "within 7 days")),
    ],
)
def test_by_when_is_said_in_words(minutes: int | None, said: str) -> None:
    assert by_when(Step(Text("a", "ក"), "legal", minutes), "en") == said
