# SPDX-License-Identifier: Apache-2.0
"""What of an entry is hashed: all of it, in one canonical form."""

from __future__ import annotations

import json
from datetime import UTC

from krama.ledger import leaf_hash
from krama.server.trail.models import Entry


def leaf_of(entry: Entry) -> bytes:
    """The RFC 9162 leaf hash (32 bytes) over the entry as it is written for that."""
    return leaf_hash(plain_of(entry).encode())


def plain_of(entry: Entry) -> str:
    """The entry as sorted, compact JSON: what is hashed, to hand to whoever checks by hand."""
    facts = {
        "id": str(entry.id),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "event": entry.event,
        "actor": [entry.actor_kind, entry.actor_id],
        "subject": [entry.subject_kind, entry.subject_id],
        "details": entry.details,
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
