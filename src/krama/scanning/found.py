# SPDX-License-Identifier: Apache-2.0
"""What a gate found, as it is spooled and delivered: a verdict, when, of whose content, asked by which key.

One shape for both ends; what does not have it is refused by name and never half read.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, get_args

from krama.errors import BadInput
from krama.scanning.asked import read_context
from krama.scanning.verdict import ContentFacts, Match, Outcome, Reason, Verdict
from krama.signals import Action, SeverityCode, SignalType, parse_value
from krama.text.storable import storable

LONGEST = 500  # characters of a name, a label, a reference
MOST = 500  # matches, labels, addresses
MOST_TOLD = 100  # matches of one detection
HASHES = ("sha256", "sha1", "md5", "pdq", "url")


@dataclass(frozen=True)
class Found:
    """`at`: when it was scanned, UTC-aware. `key_name`: the name of the key that asked. Its repr shows no id."""

    verdict: Verdict
    at: datetime
    context: Mapping[str, str] = field(default_factory=dict, repr=False)
    key_name: str = ""

    @property
    def id(self) -> str:
        """The same for ever: who takes it twice keeps it once."""
        return self.verdict.scan_id

    @property
    def is_kept(self) -> bool:
        """Something was found, or could not be looked at; all else is only counted."""
        return self.verdict.verdict != "allow" or bool(self.verdict.matches)

    def to_json(self) -> dict[str, Any]:
        """All of it, with what `POST /scan` does not say: what was known of each match, and known addresses."""
        one = self.verdict
        return {
            "scan_id": one.scan_id,
            "at": self.at.isoformat(),
            "verdict": one.verdict,
            "reason": one.reason,
            "matches": [_match_json(match) for match in _strongest(one.matches)],
            "content": asdict(one.content),
            "snapshot": one.snapshot,
            "took_ms": one.took_ms,
            "addresses": list(one.addresses),
            "context": dict(self.context),
            "key_name": self.key_name,
        }


def found_in(said: Any) -> Found:
    """What a gate delivered; `BadInput` when it is not of this shape."""
    try:
        return _found(said)
    except BadInput:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise BadInput(f"This is no detection of a gate ({type(problem).__name__}: {problem}).") from problem


def _found(said: Any) -> Found:
    at = datetime.fromisoformat(said["at"])
    if at.tzinfo is None:
        raise BadInput("`at` needs its offset from UTC.")
    one = Verdict(
        str(uuid.UUID(said["scan_id"])),
        _one_of(said["verdict"], get_args(Outcome)),
        _one_of(said["reason"], get_args(Reason)),
        None,
        tuple(_match(entry) for entry in _few(said["matches"])),
        _content(said["content"]),
        _text(said["snapshot"], 64),
        float(said["took_ms"]),
        tuple(_text(address, 8_192) for address in _few(said["addresses"])),
    )
    if not 0 <= one.took_ms < 1e9:
        raise BadInput("`took_ms` is a time in milliseconds.")
    return Found(one, at.astimezone(UTC), read_context(said["context"]), _text(said["key_name"], 120))


def _strongest(matches: tuple[Match, ...]) -> list[Match]:
    """In a dense cluster hundreds of listed pictures are near: what decides comes first, and enough to see the rest."""
    order = list(Action)
    return sorted(matches, key=lambda match: order.index(match.action))[:MOST_TOLD]


def _match_json(match: Match) -> dict[str, Any]:
    severity = asdict(match.severity) if match.severity else None
    return {**match.to_json(), "action": str(match.action), "severity": severity, "source_ref": match.source_ref}


def _match(said: Any) -> Match:
    kind, severity = SignalType(said["signal_type"]), said["severity"]
    if type(said["distance"]) is not int or not 0 <= said["distance"] <= 256:
        raise BadInput("`distance` is a number of bits.")
    return Match(
        _text(said["list"]),
        kind,
        parse_value(kind, said["value"]),
        said["distance"],
        tuple(_text(label) for label in _few(said["labels"])),
        Action(said["action"]),
        SeverityCode(**{str(name): _text(value) for name, value in severity.items()}) if severity else None,
        _text(said["source_ref"]),
    )


def _content(said: Any) -> ContentFacts:
    if set(said) != {one.name for one in fields(ContentFacts)}:
        raise BadInput("`content` does not have the fields that a scan gives.")
    for name in HASHES:
        if said[name] is not None:
            parse_value(SignalType(name), said[name])
    numbers = [said[name] for name in ("pdq_quality", "width", "height")]
    if any(one is not None and (type(one) is not int or not 0 <= one < 1 << 32) for one in numbers):
        raise BadInput("Quality, width and height are numbers.")
    if said["media_type"] is not None:
        _text(said["media_type"], 100)
    return ContentFacts(**said)


def _one_of(said: Any, known: tuple[Any, ...]) -> Any:
    if said not in known:
        raise BadInput(f"{said!r} is none of {', '.join(known)}.")
    return said


def _few(said: Any) -> list[Any]:
    if not isinstance(said, list) or len(said) > MOST:
        raise BadInput(f"Matches, labels and addresses are lists of at most {MOST}.")
    return said


def _text(said: Any, longest: int = LONGEST) -> str:
    if not isinstance(said, str) or len(said) > longest or not storable(said):
        raise BadInput(f"Names and labels are text of at most {longest} characters.")
    return said
