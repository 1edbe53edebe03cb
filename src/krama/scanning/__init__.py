# SPDX-License-Identifier: Apache-2.0
"""What is this content? Open it safely, hash it, match it against lists: a verdict in the API's shape.

scanner = Scanner(open_snapshot(folder), clock=lambda: datetime.now(UTC))
scanner.scan(Content.of_bytes(data)).verdict  # "block", "review" or "allow"
"""

from __future__ import annotations

from krama.scanning.apart import Seen, read_picture
from krama.scanning.opening import Limits
from krama.scanning.pdq import Pdq, pdq_of
from krama.scanning.scanner import Content, Hash, Lists, Scanner
from krama.scanning.verdict import ContentFacts, Match, Outcome, Reason, Verdict

__all__ = [
    "Content",
    "ContentFacts",
    "Hash",
    "Limits",
    "Lists",
    "Match",
    "Outcome",
    "Pdq",
    "Reason",
    "Scanner",
    "Seen",
    "Verdict",
    "pdq_of",
    "read_picture",
]
