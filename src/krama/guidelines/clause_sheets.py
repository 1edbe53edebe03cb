# SPDX-License-Identifier: Apache-2.0
"""The workbook that a ministry fills: its three sheets, the words to choose from, and the sample in the same form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from krama.guidelines.load import shipped
from krama.guidelines.model import Catalogue, Word
from krama.guidelines.workbook import Column, Row, Sheet, write
from krama.text import Entry, Text, read_document

CLAUSES, ABOUT, WORDS = "clauses", "about", "words"
ROOM = 300  # empty rows below with lists to choose from
FIRST = 3  # below the two head rows
ALL = "all"
STANDINGS = ("verified", "pending")  # what is from the model, or our own reading, is no clause
SAMPLE = Path(__file__).parent / "sample_clauses.yaml"
# The columns of the sheet of clauses that hold a word of a group, and those that hold several.
ONE_OF = {"pillar": "pillars", "area": "areas", "harm": "harms", "effort": "efforts", "who": "whos"}
SOME_OF = {"sectors": "sectors", "features": "features"}
TEXTS = ("text", "why", "good")

HEADS = {
    "id": Text("Name of the clause, small Latin letters", "ឈ្មោះប្រការ ជាអក្សរឡាតាំងតូច"),
    "clause": Text("Its number in the text", "លេខប្រការក្នុងអត្ថបទ"),
    "standing": Text("Standing", "ឋានៈ"),
    "replaces": Text("Lines it replaces (see the words)", "ចំណុចដែលវាជំនួស (សូមមើលសន្លឹកពាក្យ)"),
    "pillar": Text("Pillar", "សសរស្តម្ភ"),
    "area": Text("Area", "ផ្នែក"),
    "sectors": Text("Sectors, or: all", "វិស័យ ឬទាំងអស់"),
    "features": Text("Only with these features", "តែពេលមានមុខងារទាំងនេះ"),
    "harm": Text("What is at stake", "គ្រោះថ្នាក់ដែលអាចកើត"),
    "effort": Text("Effort", "កិច្ចខិតខំ"),
    "who": Text("Who does it", "អ្នកអនុវត្ត"),
    "proof": Text("What counts as proof", "អ្វីដែលរាប់ជាភស្តុតាង"),
    "text_en": Text("What a firm must do, English", "អ្វីដែលក្រុមហ៊ុនត្រូវធ្វើ ជាភាសាអង់គ្លេស"),
    "text_km": Text("What a firm must do, Khmer", "អ្វីដែលក្រុមហ៊ុនត្រូវធ្វើ ជាភាសាខ្មែរ"),
    "why_en": Text("Why it matters to a child, English", "ហេតុអ្វីវាសំខាន់ដល់កុមារ ជាភាសាអង់គ្លេស"),
    "why_km": Text("Why it matters to a child, Khmer", "ហេតុអ្វីវាសំខាន់ដល់កុមារ ជាភាសាខ្មែរ"),
    "good_en": Text("What good looks like, English", "លទ្ធផលល្អមានលក្ខណៈដូចម្តេច ជាភាសាអង់គ្លេស"),
    "good_km": Text("What good looks like, Khmer", "លទ្ធផលល្អមានលក្ខណៈដូចម្តេច ជាភាសាខ្មែរ"),
}
ABOUT_HEADS = {
    "id": Text("Name of this catalogue, small Latin letters", "ឈ្មោះបញ្ជីនេះ ជាអក្សរឡាតាំងតូច"),
    "version": Text("Version: 1, 2, 3 …", "កំណែ៖ 1, 2, 3 …"),
    "published": Text("Day of publication, as 2026-11-23", "ថ្ងៃផ្សព្វផ្សាយ ដូចជា 2026-11-23"),
    "title_en": Text("Title, English", "ចំណងជើង ជាភាសាអង់គ្លេស"),
    "title_km": Text("Title, Khmer", "ចំណងជើង ជាភាសាខ្មែរ"),
    "source_en": Text("Title of the text the clauses come from, English", "ចំណងជើងអត្ថបទដើម ជាភាសាអង់គ្លេស"),
    "source_km": Text("Title of the text the clauses come from, Khmer", "ចំណងជើងអត្ថបទដើម ជាភាសាខ្មែរ"),
}
WORD_HEADS = {
    "group": Text("Column", "ជួរឈរ"),
    "id": Text("Write this", "សូមសរសេរពាក្យនេះ"),
    "en": Text("It means", "អត្ថន័យជាភាសាអង់គ្លេស"),
    "km": Text("It means, in Khmer", "អត្ថន័យជាភាសាខ្មែរ"),
}
HINTS = {
    "pillars": "pillar", "areas": "area", "sectors": "sectors", "features": "features", "harms": "harm",
    "efforts": "effort", "whos": "who", "standings": "standing",
}  # fmt: skip


def template(rows: Sequence[Row] = (), about: Sequence[Row] = ()) -> bytes:
    """The workbook to fill; with rows, one that is filled already."""
    model = shipped()
    return write(
        (
            Sheet(CLAUSES, clause_columns(model), _as_rows(rows, HEADS), room=ROOM),
            Sheet(ABOUT, about_columns(), _as_rows(about, ABOUT_HEADS)),
            Sheet(WORDS, _columns(WORD_HEADS), tuple(_words(model))),
        )
    )


def sample_template() -> bytes:
    """The sample as a workbook."""
    rows, about = sample_rows()
    return template(rows, about)


def clause_columns(model: Catalogue) -> tuple[Column, ...]:
    """The columns of the sheet of clauses."""
    allowed = {name: _ids(getattr(model.words, group)) for name, group in ONE_OF.items()} | {"standing": STANDINGS}
    return _columns(HEADS, allowed)


def about_columns() -> tuple[Column, ...]:
    """The columns of the sheet that says what this is."""
    return _columns(ABOUT_HEADS)


def sample_rows() -> tuple[list[Row], list[Row]]:
    """The sample clauses as rows of a filled workbook: the clauses, and what they are."""
    document = read_document(SAMPLE)
    clauses = document.listed("clauses")
    return _rows(clauses, HEADS), _rows(document.listed("about"), ABOUT_HEADS)


def _rows(entries: Sequence[Entry], heads: Mapping[str, Text]) -> list[Row]:
    return [
        Row(number, {key: _cell(entry.values, key) for key in heads}) for number, entry in enumerate(entries, FIRST)
    ]


def _cell(values: Mapping[str, object], key: str) -> str:
    value: object = values.get(key)
    name, _, language = key.rpartition("_")
    if name and isinstance(inside := values.get(name), dict):
        value = inside.get(language)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _columns(heads: Mapping[str, Text], allowed: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Column, ...]:
    choices = allowed or {}
    return tuple(
        Column(key, f"{head.km}\n{head.en}", _width(key), allowed=choices.get(key, ())) for key, head in heads.items()
    )


def _width(key: str) -> int:
    return 44 if key.endswith(("_en", "_km")) else 20


def _as_rows(rows: Sequence[Row], heads: Mapping[str, Text]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row.values[key] for key in heads) for row in rows)


def _words(model: Catalogue) -> Iterator[tuple[str, ...]]:
    for group, column in HINTS.items():
        words: tuple[Word, ...] = getattr(model.words, group)
        for word in words:
            if group != "standings" or word.id in STANDINGS:
                yield column, word.id, word.text.en, word.text.km
    for proof in model.proofs:
        yield "proof", proof.id, proof.text.en, proof.text.km
    for line in model.lines:
        yield "replaces", line.id, line.text.en, line.text.km


def _ids(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.id for word in words)
