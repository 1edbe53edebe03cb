# SPDX-License-Identifier: Apache-2.0
"""The detections' part of the job loop: notes that are nobody's case move in; gates are told."""

from __future__ import annotations

from krama.server.detections import gates
from krama.server.detections.actions import set_aside, settle
from krama.server.detections.queries import noted
from krama.server.outbox.each import each
from krama.server.outbox.registry import collects

BATCH = 50


@collects("detections.settle")
def settle_round() -> int:
    return each(noted().values_list("pk", flat=True)[:BATCH], settle, set_aside)


@collects("detections.gates")
def tell_gates_round() -> int:
    """Keys and lists in use, beside the lists: a gate knows of a revoked key a second later."""
    return int(gates.tell())
