# SPDX-License-Identifier: Apache-2.0
"""Findings as SARIF 2.1.0, which code hosts show beside the line. Names of fields only, as everywhere in this room."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from krama.inventory.model import Category, Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SURE = 0.85  # from here on a warning, below a note
SAYS = {
    Category.NAME: "The name of a person",
    Category.BIRTH: "Day of birth, or age",
    Category.SEX: "Sex or gender",
    Category.CONTACT: "A way to reach a person",
    Category.ADDRESS: "Where a person lives",
    Category.LOCATION: "Where a person is",
    Category.SCHOOL: "School, class or grade",
    Category.FAMILY: "Parents, guardians, relatives",
    Category.ACCOUNT: "An id of one person",
    Category.DEVICE: "A device of one person",
    Category.PICTURE: "Picture, video or voice",
    Category.BIOMETRIC: "A measure of the body",
    Category.HEALTH: "Health or disability",
    Category.ID_NUMBER: "A number on a person's papers",
    Category.WORDS: "What a person wrote or said",
    Category.BEHAVIOUR: "What a person did",
}


def findings_to_sarif(findings: Iterable[Finding], version: str) -> str:
    """One run of one tool; a rule for each category."""
    rules = [
        {"id": f"child-data/{one.value}", "name": one.name.title().replace("_", ""), "shortDescription": {"text": said}}
        for one, said in SAYS.items()
    ]
    driver = {"name": "krama inventory scan", "semanticVersion": version, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(one) for one in findings]}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _result(one: Finding) -> dict[str, Any]:
    full = f"{one.place}.{one.field}" if one.place else one.field
    print_ = hashlib.sha256(f"{one.source}\0{full}\0{one.category}".encode()).hexdigest()
    return {
        "ruleId": f"child-data/{one.category.value}",
        "ruleIndex": list(SAYS).index(one.category),
        "level": "warning" if one.confidence >= SURE else "note",
        "message": {"text": f"{full}: {one.reason} Confidence {one.confidence:.2f}."},
        "locations": [_location(one, full)],
        "partialFingerprints": {"fieldAndCategory/v1": print_},
        "properties": {"confidence": one.confidence, "language": one.language, "type": one.type},
    }


def _location(one: Finding, full: str) -> dict[str, Any]:
    found: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": full, "kind": "member"}]}
    if "://" not in one.source:
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(PurePath(one.source).as_posix())}}
        if one.line:
            place["region"] = {"startLine": one.line}
        found["physicalLocation"] = place
    return found
