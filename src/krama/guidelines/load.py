# SPDX-License-Identifier: Apache-2.0
"""The catalogue from its YAML files. What a firm loads later takes the same way as what is shipped.

Must never let a line in that lacks a source, a language, who does it, its effort or a proof.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from krama.guidelines.model import (
    Body,
    Catalogue,
    Line,
    Proof,
    Reference,
    Sector,
    Source,
    Word,
    Words,
)
from krama.text import Document, Entry, Text, read_document

FOLDER = Path(__file__).parent
SHIPPED = FOLDER / "catalogue"
# Fit for a URN, an XML id and an address: CISO Assistant and OSCAL take it as it is.
ID = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")
READ = ("read", "known")
GROUPS = (
    *("pillars", "areas", "features", "users", "sizes", "languages", "harms", "efforts", "whos", "standings"),
    *("proof_kinds", "scale"),
)
LINE_FIELDS = (
    *("id", "source", "standing", "area", "pillar", "sectors", "features", "users", "from_size", "each_language"),
    *("harm", "effort", "who", "proof", "references", "text", "why", "good", "replaces"),
)


@cache
def shipped() -> Catalogue:
    """The catalogue that comes with Krama."""
    return load(SHIPPED)


def load(path: Path) -> Catalogue:
    """The catalogue of a folder or of one file; `BadEntry` names file, entry, field and what to do."""
    return catalogue_of(read_document(path))


def catalogue_of(document: Document) -> Catalogue:
    """The catalogue of a document, whoever wrote it: a file, or a ministry's workbook."""
    (head,) = document.listed("catalogue")
    head.allow("id", "version", "published", "country", "khmer", "title", "about")
    words = _words(document)
    proofs = tuple(_proof(entry, words) for entry in document.listed("proofs"))
    bodies = tuple(Body(entry.id, _flat(entry)) for entry in document.listed("bodies"))
    references = tuple(_reference(entry, bodies) for entry in document.listed("references"))
    sources = tuple(_source(entry) for entry in document.listed("sources"))
    lines = [_line(entry, words, sources, proofs, references) for entry in document.listed("lines")]
    _check_replaced(document, lines)
    return Catalogue(
        id=_id(head, head.word("id")),
        version=head.number("version"),
        published=head.day("published"),
        country=head.word("country"),
        khmer=head.word("khmer"),
        title=head.text("title"),
        about=head.text("about"),
        words=words,
        sources=sources,
        proofs=proofs,
        bodies=bodies,
        references=references,
        lines=tuple(sorted(lines, key=lambda line: words.rank("areas", line.area))),
    )


def _words(document: Document) -> Words:
    groups = {group: tuple(_word(entry) for entry in document.listed(group)) for group in GROUPS}
    known = tuple(word.id for word in groups["features"])
    sectors = tuple(
        Sector(entry.id, _flat(entry, "features"), entry.words("features", known, least=1))
        for entry in document.listed("sectors")
    )
    return Words(sectors=sectors, **groups)


def _word(entry: Entry) -> Word:
    return Word(entry.id, _flat(entry))


def _proof(entry: Entry, words: Words) -> Proof:
    kind = entry.one_of("kind", tuple(word.id for word in words.proof_kinds))
    return Proof(_id(entry, entry.id), kind, _flat(entry, "kind"))


def _reference(entry: Entry, bodies: tuple[Body, ...]) -> Reference:
    body = entry.one_of("body", tuple(body.id for body in bodies))
    return Reference(entry.id, body, entry.one_of("standing", READ), _flat(entry, "body", "standing"))


def _source(entry: Entry) -> Source:
    entry.allow("id", "standing", "title")
    return Source(entry.id, entry.one_of("standing", READ), entry.text("title"))


def _line(
    entry: Entry,
    words: Words,
    sources: tuple[Source, ...],
    proofs: tuple[Proof, ...],
    references: tuple[Reference, ...],
) -> Line:
    entry.allow(*LINE_FIELDS)
    return Line(
        id=_id(entry, entry.id),
        source=_line_source(entry, sources),
        standing=entry.one_of("standing", _ids(words.standings)),
        area=entry.one_of("area", _ids(words.areas)),
        pillar=entry.one_of("pillar", _ids(words.pillars)),
        sectors=_sectors(entry, words),
        features=entry.words("features", _ids(words.features)),
        users=entry.words("users", _ids(words.users)),
        from_size=entry.one_of("from_size", _ids(words.sizes), default=""),
        each_language=entry.flag("each_language"),
        harm=entry.one_of("harm", _ids(words.harms)),
        effort=entry.one_of("effort", _ids(words.efforts)),
        who=entry.one_of("who", _ids(words.whos)),
        proof=entry.words("proof", tuple(proof.id for proof in proofs), least=1),
        references=entry.words("references", tuple(reference.id for reference in references)),
        text=entry.text("text"),
        why=entry.text("why"),
        good=entry.text("good"),
        replaces=entry.words("replaces"),
    )


def _check_replaced(document: Document, lines: list[Line]) -> None:
    """A line that was replaced stands no more, and one line alone takes its place: its answer has one way to go."""
    taken = {line.id: "still stands in this catalogue" for line in lines}
    for entry, line in zip(document.listed("lines"), lines, strict=True):
        for id in line.replaces:
            if id in taken or not ID.fullmatch(id):
                why = taken.get(id, "is not the id of a line")
                raise entry.fault("replaces", f"{id!r} {why}; name only lines that are gone, each once")
            taken[id] = f"is replaced by {line.id} too"


def _line_source(entry: Entry, sources: tuple[Source, ...]) -> str:
    """A code such as KH-1, CL-3.2, I1-01 or KR-SM-1: its document is known, and its standing is not above it.

    CL- is a clause of a text that an authority filled in. Only the Cambodian text makes a line `verified`, and what we
    read into a pillar ourselves is always `own`.
    """
    code = entry.word("source")
    document = source_of(code)
    if document not in {source.id for source in sources}:
        raise entry.fault("source", f"{code!r} belongs to no known document; write a code such as KH-1 or I1-01")
    standing = entry.values.get("standing")
    if standing == "verified" and document not in ("KH", "CL"):
        raise entry.fault("standing", "only what the Cambodian text itself says is `verified`; write `model`")
    if (standing == "own") != (document == "KR"):
        raise entry.fault("standing", "a source such as KR-SM-1 is Krama’s own reading, and it alone is `own`")
    return code


def source_of(code: str) -> str:
    """The document a line's code belongs to: the Cambodian text, clauses filled in, the model, or Krama's reading."""
    if code.startswith(("KH-", "KR-", "CL-")):
        return code[:2]
    return "ITU" if re.fullmatch(r"(?:I[1-5]|F[A-D])-\d\d", code) else ""


def _sectors(entry: Entry, words: Words) -> tuple[str, ...]:
    known = tuple(sector.id for sector in words.sectors)
    return known if entry.values.get("sectors") == "all" else entry.words("sectors", known, least=1)


def _ids(words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(word.id for word in words)


def _id(entry: Entry, id: str) -> str:
    if not ID.fullmatch(id):
        raise entry.fault("id", "use small Latin letters, digits, dots and hyphens, such as a1.responsible-person")
    return id


def _flat(entry: Entry, *others: str) -> Text:
    entry.allow("id", "en", "km", *others)
    return entry.said()
