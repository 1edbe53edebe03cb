# SPDX-License-Identifier: Apache-2.0
"""What of an entry is hashed: all of it, in one canonical form."""

from __future__ import annotations

import json
from datetime import UTC

from krama.ledger import leaf_hash
from krama.server.trail.models import Entry


def leaf_of(entry: Entry) -> bytes:
    """The RFC 9162 leaf hash (32 bytes) over sorted, compact JSON."""
    facts = {
        "id": str(entry.id),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "event": entry.event,
        "actor": [entry.actor_kind, entry.actor_id],
        "subject": [entry.subject_kind, entry.subject_id],
        "details": entry.details,
    }
    return leaf_hash(json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode())
