# SPDX-License-Identifier: Apache-2.0
"""The answer to "what is this content?", in the shape of the API.

Holds hashes, sizes and list names only: never a byte of content, and nothing of who sent it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from krama.signals import Action, SeverityCode, SignalType

Outcome = Literal["block", "review", "allow"]
Reason = Literal["match", "truncated", "undecodable", "no_match"]


@dataclass(frozen=True)
class Match:
    """One known signal found. `distance`: bits that differ, 0 for all but PDQ."""

    list: str
    signal_type: SignalType
    value: str
    distance: int
    labels: tuple[str, ...]
    action: Action
    severity: SeverityCode | None
    source_ref: str

    def to_json(self) -> dict[str, object]:
        """The five keys of the API."""
        return {
            "list": self.list,
            "signal_type": str(self.signal_type),
            "value": self.value,
            "distance": self.distance,
            "labels": list(self.labels),
        }


@dataclass(frozen=True)
class ContentFacts:
    """What was scanned: hashes in lower hex, PDQ quality 0-100, width and height in pixels; None where not known.

    `pdq` is the first frame's; of a cut picture, of what decoded. `url`: hash of the first address's whole expression.
    """

    sha256: str | None = None
    sha1: str | None = None
    md5: str | None = None
    pdq: str | None = None
    url: str | None = None
    pdq_quality: int | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What to do, and why. `detail`: one English sentence when a person should look. `took_ms`: milliseconds.

    `addresses`: those that a list knows, as they were given; neither in its repr nor in its JSON.
    """

    scan_id: str
    verdict: Outcome
    reason: Reason
    detail: str | None
    matches: tuple[Match, ...]
    content: ContentFacts
    snapshot: str
    took_ms: float
    addresses: tuple[str, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, object]:
        """The API's shape, and `detail`."""
        return {
            "scan_id": self.scan_id,
            "verdict": self.verdict,
            "reason": self.reason,
            "detail": self.detail,
            "matches": [match.to_json() for match in self.matches],
            "content": dict(vars(self.content)),  # flat; `asdict` took a quarter of a batch’s time
            "snapshot": self.snapshot,
            "took_ms": self.took_ms,
        }
