# SPDX-License-Identifier: Apache-2.0
"""One field that says something about a child: where it stands, what it is, why we think so, and how sure we are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from krama.errors import BadInput

VERSION = 1


class Category(StrEnum):
    """What a field says about a person. The words people read live in the server, English and Khmer."""

    NAME = "name"
    BIRTH = "birth"  # day of birth, or age
    SEX = "sex"
    CONTACT = "contact"  # telephone, e-mail, handle elsewhere
    ADDRESS = "address"  # where the child lives
    LOCATION = "location"  # where the child is: coordinates, cell, network address
    SCHOOL = "school"
    FAMILY = "family"  # parents and guardians
    ACCOUNT = "account"  # an id by which the firm knows one person
    DEVICE = "device"
    PICTURE = "picture"  # picture, video or voice of the person
    BIOMETRIC = "biometric"
    HEALTH = "health"
    ID_NUMBER = "id-number"  # national id, passport, birth certificate, student card
    WORDS = "words"  # messages, posts, search terms
    BEHAVIOUR = "behaviour"  # what the child did: views, contacts, purchases


@dataclass(frozen=True)
class Finding:
    """`source` is the file or database; `place` is table or path, `field` its own name; `confidence` from 0 to 1.

    `language` is "en", "km" or "km-Latn": which of the three the name was read in. `line` is 1-based, 0 where unknown.
    """

    source: str
    place: str
    field: str
    type: str
    category: Category
    reason: str
    confidence: float
    language: str = "en"
    line: int = 0


def findings_to_json(findings: Iterable[Finding]) -> str:
    """What `krama inventory scan --json` prints: an object with `version` and `findings`, sorted as given."""
    return json.dumps({"version": VERSION, "findings": [asdict(one) for one in findings]}, ensure_ascii=False, indent=1)


def findings_from_json(text: str) -> list[Finding]:
    """Read it back; `BadInput` names the finding and the field at fault."""
    try:
        whole: Any = json.loads(text)
    except ValueError as problem:
        raise BadInput(
            f"This is not JSON: {problem}. Give the file that `krama inventory scan --json` wrote."
        ) from None
    if not isinstance(whole, dict) or whole.get("version") != VERSION or not isinstance(whole.get("findings"), list):
        raise BadInput(f"This is not an inventory of version {VERSION}; `krama inventory scan --json` writes one.")
    return [_finding(number, row) for number, row in enumerate(whole["findings"], 1)]


def _finding(number: int, row: Any) -> Finding:
    try:
        found = Finding(**{**row, "category": Category(row["category"]), "confidence": float(row["confidence"])})
    except (TypeError, KeyError, ValueError) as problem:
        raise BadInput(f"Finding {number}: {problem}.") from None
    words = (found.source, found.place, found.field, found.type, found.reason, found.language)
    if not all(isinstance(word, str) for word in words) or not isinstance(found.line, int):
        raise BadInput(f"Finding {number}: its texts are text, and `line` is a whole number.")
    if not 0 <= found.confidence <= 1:
        raise BadInput(f"Finding {number}: `confidence` lies between 0 and 1.")
    return found
