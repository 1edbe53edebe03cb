# SPDX-License-Identifier: Apache-2.0
"""The catalogue in other systems' forms: an OSCAL catalogue and a CISO Assistant library.

Pure functions of the catalogue: the same catalogue gives the same bytes, with no clock and no chance.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import yaml

from krama.guidelines.model import Catalogue, Line, Word
from krama.text import Text

NS = "https://krama.example/ns/oscal"
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, NS)
OSCAL = "1.2.1"
URN = "urn:krama:risk"
IMPORTANCE = {"immediate": "mandatory", "serious": "mandatory", "likely": "recommended", "indirect": "nice_to_have"}


def oscal(catalogue: Catalogue) -> str:
    """An OSCAL catalogue as JSON: a group for each area, a control for each line, a part for each language."""
    document = {
        "catalog": {
            "uuid": str(uuid.uuid5(SPACE, f"{catalogue.id}:{catalogue.version}")),
            "metadata": {
                "title": catalogue.title.en,
                "last-modified": f"{catalogue.published.isoformat()}T00:00:00Z",
                "version": str(catalogue.version),
                "oscal-version": OSCAL,
                "props": [_prop("khmer", catalogue.khmer)],
                "remarks": catalogue.about.en,
            },
            "groups": [_group(catalogue, area) for area in catalogue.words.areas],
        }
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def ciso_assistant(catalogue: Catalogue) -> str:
    """A CISO Assistant library as YAML; URNs stay the same from version to version, so that answers stay."""
    library = {
        "urn": f"{URN}:library:{catalogue.id}",
        "locale": "en",
        "ref_id": catalogue.id,
        "name": catalogue.title.en,
        "description": catalogue.about.en,
        "copyright": "Krama, Apache-2.0",
        "version": catalogue.version,
        "publication_date": catalogue.published.isoformat(),
        "provider": "Krama",
        "packager": "krama",
        "translations": _in_khmer(name=catalogue.title, description=catalogue.about),
        "objects": {"frameworks": [_framework(catalogue)]},
    }
    return yaml.safe_dump(library, allow_unicode=True, sort_keys=False, width=10_000)


def _group(catalogue: Catalogue, area: Word) -> dict[str, Any]:
    return {
        "id": f"area-{area.id}",
        "title": area.text.en,
        "props": [_prop("title-km", area.text.km)],
        "controls": [_control(catalogue, line) for line in catalogue.lines if line.area == area.id],
    }


def _control(catalogue: Catalogue, line: Line) -> dict[str, Any]:
    facts = (
        ("source", (line.source,)),
        ("standing", (line.standing,)),
        ("pillar", (line.pillar,)),
        ("sector", line.sectors),
        ("feature", line.features),
        ("harm", (line.harm,)),
        ("effort", (line.effort,)),
        ("who", (line.who,)),
        ("reference", line.references),
    )
    return {
        "id": line.id,
        "class": "requirement",
        "title": line.text.en,
        "props": [_prop(name, value) for name, values in facts for value in values],
        "parts": [
            *_parts(line, "statement", line.text),
            *_parts(line, "guidance", line.why),
            *_parts(line, "good", line.good),
            *(part for name in line.proof for part in _parts(line, "proof", catalogue.proof(name).text, name)),
        ],
    }


def _parts(line: Line, name: str, text: Text, of: str = "") -> Iterator[dict[str, Any]]:
    for language, prose in (("en", text.en), ("km", text.km)):
        middle = f"{name}-{of}" if of else name
        part = {"id": f"{line.id}_{middle}.{language}", "name": name, "class": f"lang-{language}", "prose": prose}
        # OSCAL knows `statement` and `guidance`; the others are ours and say so.
        yield part if name in ("statement", "guidance") else {**part, "ns": NS}


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": NS, "value": value}


def _framework(catalogue: Catalogue) -> dict[str, Any]:
    words = catalogue.words
    return {
        "urn": f"{URN}:framework:{catalogue.id}",
        "ref_id": catalogue.id,
        "name": catalogue.title.en,
        "description": catalogue.about.en,
        "translations": _in_khmer(name=catalogue.title, description=catalogue.about),
        "min_score": 0,
        "max_score": len(words.scale) - 1,
        "scores_definition": [
            {"score": int(level.id), "name": level.id, "description": level.text.en}
            | {"translations": _in_khmer(description=level.text)}
            for level in words.scale
        ],
        "implementation_groups_definition": [
            {"ref_id": sector.id, "name": sector.text.en, "description": None}
            | {"translations": _in_khmer(name=sector.text)}
            for sector in words.sectors
        ],
        "requirement_nodes": [node for area in words.areas for node in _nodes(catalogue, area)],
    }


def _nodes(catalogue: Catalogue, area: Word) -> Iterator[dict[str, Any]]:
    parent = f"{URN}:req_node:{catalogue.id}:area-{area.id}"
    yield {
        "urn": parent,
        "assessable": False,
        "depth": 1,
        "ref_id": area.id,
        "name": area.text.en,
        "translations": _in_khmer(name=area.text),
    }
    for line in catalogue.lines:
        if line.area == area.id:
            yield _node(catalogue, line, parent)


def _node(catalogue: Catalogue, line: Line, parent: str) -> dict[str, Any]:
    proofs = [catalogue.proof(name).text for name in line.proof]
    typical = Text("; ".join(proof.en for proof in proofs), " · ".join(proof.km for proof in proofs))
    annotation = Text(f"{line.why.en} {line.good.en}", f"{line.why.km} {line.good.km}")
    return {
        "urn": f"{URN}:req_node:{catalogue.id}:{line.id}",
        "parent_urn": parent,
        "assessable": True,
        "depth": 2,
        "ref_id": line.id,
        "description": line.text.en,
        "annotation": annotation.en,
        "typical_evidence": typical.en,
        "importance": IMPORTANCE[line.harm],
        "implementation_groups": list(line.sectors),
        "translations": _in_khmer(description=line.text, annotation=annotation, typical_evidence=typical),
    }


def _in_khmer(**texts: Text) -> dict[str, dict[str, str]]:
    return {"km": {name: text.km for name, text in texts.items()}}
