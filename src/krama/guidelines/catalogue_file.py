# SPDX-License-Identifier: Apache-2.0
"""A catalogue as one YAML text, and back. What is written is read by the same strict loader as what is shipped."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from krama.guidelines.load import GROUPS, load
from krama.guidelines.model import Body, Catalogue, Line, Proof, Reference, Source, Word
from krama.text import Text

LISTS = ("sectors", "features", "users", "proof", "references", "replaces")


def to_yaml(catalogue: Catalogue) -> str:
    """The whole catalogue; the same catalogue gives the same text."""
    return yaml.safe_dump(to_plain(catalogue), allow_unicode=True, sort_keys=False, width=10_000)


def from_yaml(text: str | bytes, name: str = "catalogue.yaml") -> Catalogue:
    """The catalogue of such a text; `BadEntry` names entry, field and what to do."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path)


def to_plain(catalogue: Catalogue) -> dict[str, Any]:
    """The entries of its file."""
    words = catalogue.words
    head = {"id": catalogue.id, "version": catalogue.version, "published": catalogue.published}
    head |= {"country": catalogue.country, "khmer": catalogue.khmer}
    head |= {"title": _both(catalogue.title), "about": _both(catalogue.about)}
    return {
        "catalogue": head,
        "sources": [_source(source) for source in catalogue.sources],
        **{group: _flat(getattr(words, group)) for group in GROUPS},
        "sectors": [{**_word(sector), "features": list(sector.features)} for sector in words.sectors],
        "proofs": [{**_word(proof), "kind": proof.kind} for proof in catalogue.proofs],
        "bodies": _flat(catalogue.bodies),
        "references": [_reference(reference) for reference in catalogue.references],
        "lines": [line_entry(line) for line in catalogue.lines],
    }


def line_entry(line: Line) -> dict[str, Any]:
    """One line as its entry; what is empty is left out."""
    texts = {"text": _both(line.text), "why": _both(line.why), "good": _both(line.good)}
    rest = {name: value for name, value in vars(line).items() if name not in texts and value}
    return {name: list(value) if name in LISTS else value for name, value in rest.items()} | texts


def _source(source: Source) -> dict[str, Any]:
    return {"id": source.id, "standing": source.standing, "title": _both(source.title)}


def _reference(reference: Reference) -> dict[str, str]:
    return {**_word(reference), "body": reference.body, "standing": reference.standing}


def _flat(words: Iterable[Word | Body]) -> list[dict[str, Any]]:
    return [_word(word) for word in words]


def _word(word: Word | Proof | Body | Reference) -> dict[str, Any]:
    return {"id": word.id, **_both(word.text)}


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "km": text.km}
