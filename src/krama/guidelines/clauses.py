# SPDX-License-Identifier: Apache-2.0
"""Official clauses: from a filled workbook to a catalogue that is laid over the model.

Lines of the model that no clause replaces stay. Must never let a sample pass for the official text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from krama.errors import BadInput
from krama.guidelines import clause_cells as cells
from krama.guidelines.catalogue_file import from_yaml, to_plain, to_yaml
from krama.guidelines.clause_cells import Cells
from krama.guidelines.clause_sheets import (
    ABOUT,
    ALL,
    CLAUSES,
    FIRST,
    ONE_OF,
    SOME_OF,
    STANDINGS,
    TEXTS,
    about_columns,
    clause_columns,
    sample_rows,
)
from krama.guidelines.faults import BadWorkbook, Fault
from krama.guidelines.load import catalogue_of, shipped
from krama.guidelines.model import Catalogue
from krama.guidelines.workbook import Row, read
from krama.text import BadEntry, Text, document_of
from krama.text.entries import LARGEST

SAMPLE_ID = "sample"
DOCUMENT = "CL"  # the text that the clauses come from, among the sources
ABOUT_TEXT = Text(
    "{title}. Clauses of “{source}” are laid over {model}, version {version}; its lines that no clause replaces stay.",
    "{title}។ ប្រការនៃ «{source}» ត្រូវបានដាក់លើបញ្ជីគំរូ កំណែទី{version}។ ចំណុចគំរូដែលគ្មានប្រការណាជំនួស នៅដដែល។",
)
TAKEN_ID = Text("is the name of a line of the model; give the clause its own.", "ជាឈ្មោះចំណុចក្នុងគំរូ។ សូមដាក់ឈ្មោះផ្សេង។")
SAME_ID = Text("names another clause above; every name is given once.", "ជាឈ្មោះប្រការមួយខាងលើ។ ឈ្មោះមួយប្រើបានតែម្តង។")
SAME_LINE = Text(
    "names a line that a clause above replaces already; one clause takes its place.",
    "មានចំណុចដែលប្រការខាងលើបានជំនួសរួច។ ចំណុចមួយត្រូវបានជំនួសដោយប្រការតែមួយ។",
)
NO_CLAUSES = Text("It holds no clause; fill one row for each.", "គ្មានប្រការណាទេ។ សូមបំពេញមួយជួរសម្រាប់ប្រការមួយ។")
ONE_ROW = Text("Fill exactly one row here.", "សូមបំពេញតែមួយជួរនៅទីនេះ។")
ONLY_PENDING = Text("must be `pending` in a sample.", "ត្រូវតែជា `pending` ក្នុងគំរូសាកល្បង។")
TOO_LARGE = Text("All clauses together are too long; shorten them.", "ប្រការទាំងអស់រួមគ្នាវែងពេក។ សូមកាត់ឱ្យខ្លី។")


def read_clauses(content: bytes) -> Catalogue:
    """The catalogue of a filled workbook; `BadWorkbook` names every faulty cell with its reason."""
    faults: list[Fault] = []
    found: dict[str, list[Row]] = {}
    for sheet, columns in ((CLAUSES, clause_columns(shipped())), (ABOUT, about_columns())):
        try:
            found[sheet] = read(content, sheet, columns)
        except BadWorkbook as problem:
            faults += [fault for fault in problem.faults if fault not in faults]
    if faults:
        raise BadWorkbook(faults=faults)
    return laid_over(found[CLAUSES], found[ABOUT])


def read_file(content: bytes, name: str) -> Catalogue:
    """The catalogue of a file, by how its name ends: a filled workbook, or a catalogue as YAML."""
    if name.lower().endswith((".yaml", ".yml")):
        catalogue = from_yaml(content)
        if is_sample(catalogue) and any(line.standing == "verified" for line in _clauses(catalogue)):
            raise BadEntry("A sample must not say that an authority stated its lines; write `pending`.")
        return catalogue
    if not name.lower().endswith(".xlsx"):
        raise BadInput("Give a workbook (.xlsx) or a catalogue (.yaml).", field="file")
    return read_clauses(content)


def sample() -> Catalogue:
    """The sample clauses, laid over the model; nothing official about them."""
    return laid_over(*sample_rows())


def is_sample(catalogue: Catalogue) -> bool:
    """Whether it is a sample by its name."""
    return catalogue.id.split(".")[0].split("-")[0] == SAMPLE_ID


def laid_over(rows: Sequence[Row], about: Sequence[Row]) -> Catalogue:
    """The clauses over the model that came with Krama; all faults of all cells at once."""
    model, faults = shipped(), list[Fault]()
    head = _head(about, faults)
    only = ("pending",) if str(head.get("id", "")).startswith(SAMPLE_ID) else STANDINGS
    entries = [_entry(model, Cells(CLAUSES, row, clause_columns(model), faults), only) for row in rows]
    if not rows:
        faults.append(Fault(CLAUSES, FIRST, "A", NO_CLAUSES))
    _check_names(model, rows, entries, faults)
    if faults:
        raise BadWorkbook(faults=sorted(faults, key=lambda fault: (fault.sheet != ABOUT, fault.row or 0)))
    return _joined(model, head, entries)


def _head(about: Sequence[Row], faults: list[Fault]) -> dict[str, Any]:
    if len(about) != 1:
        faults.append(Fault(ABOUT, FIRST if not about else about[1].number, "A", ONE_ROW))
        return {}
    row = Cells(ABOUT, about[0], about_columns(), faults)
    head: dict[str, Any] = {"id": row.taken("id", cells.id_of), "version": row.taken("version", cells.version_of)}
    head |= {"published": row.taken("published", cells.day_of)}
    return head | {"title": row.text("title"), "source": row.text("source")}


def _entry(model: Catalogue, row: Cells, standings: tuple[str, ...]) -> dict[str, Any]:
    words = model.words
    entry: dict[str, Any] = {
        "id": row.taken("id", cells.id_of),
        "source": f"{DOCUMENT}-{row.taken('clause', cells.number_of)}",
        "standing": row.taken("standing", cells.one_of(standings)),
        "replaces": row.listed("replaces", [line.id for line in model.lines]),
        "proof": row.listed("proof", [proof.id for proof in model.proofs], least=1),
    }
    for name, group in ONE_OF.items():
        entry[name] = row.taken(name, cells.one_of([word.id for word in getattr(words, group)]))
    for name, group in SOME_OF.items():
        known = [word.id for word in getattr(words, group)]
        everybody = name == "sectors" and cells.clean(row.row.values[name]) == ALL
        entry[name] = known if everybody else row.listed(name, known, least=name == "sectors")
    return entry | {name: row.text(name) for name in TEXTS}


def _check_names(model: Catalogue, rows: Sequence[Row], entries: Sequence[dict[str, Any]], faults: list[Fault]) -> None:
    ids: set[str] = set()
    replaced: set[str] = set()
    for row, entry in zip(rows, entries, strict=True):
        at = Cells(CLAUSES, row, clause_columns(model), faults)
        if model.line(entry["id"]):
            at.fault("id", TAKEN_ID)
        elif entry["id"] in ids:
            at.fault("id", SAME_ID)
        if replaced.intersection(entry["replaces"]):
            at.fault("replaces", SAME_LINE)
        ids.update({entry["id"]} - {""})
        replaced.update(entry["replaces"])


def _joined(model: Catalogue, head: dict[str, Any], entries: list[dict[str, Any]]) -> Catalogue:
    """The model's file with the clauses in it, read by the same strict loader."""
    raw = to_plain(model)
    for entry in entries:
        olds = [line for id in entry["replaces"] if (line := model.line(id))]
        entry["references"] = list(dict.fromkeys(name for line in olds for name in line.references))
    gone = {id for entry in entries for id in entry["replaces"]}
    raw["lines"] = [*entries, *(line for line in raw["lines"] if line["id"] not in gone)]
    raw["sources"] = [*raw["sources"], {"id": DOCUMENT, "standing": "read", "title": head["source"]}]
    raw["catalogue"] = raw["catalogue"] | {
        "id": head["id"],
        "version": int(head["version"]),
        "published": date.fromisoformat(head["published"]),
        "title": head["title"],
        "about": {language: _about(model, head, language) for language in ("en", "km")},
    }
    catalogue = catalogue_of(document_of(raw, CLAUSES))
    if len(to_yaml(catalogue).encode()) > LARGEST:
        raise BadWorkbook(faults=[Fault(CLAUSES, None, "", TOO_LARGE)])
    return catalogue


def _about(model: Catalogue, head: dict[str, Any], language: str) -> str:
    title, source = head["title"][language], head["source"][language]
    return ABOUT_TEXT.in_(language).format(title=title, source=source, model=model.id, version=model.version)


def _clauses(catalogue: Catalogue) -> list[Any]:
    return [line for line in catalogue.lines if line.source.startswith(f"{DOCUMENT}-")]
