# SPDX-License-Identifier: Apache-2.0
"""The cases' part of the job loop."""

from __future__ import annotations

from krama.server.cases.collect import collect
from krama.server.outbox.registry import collects


@collects("cases.collect")
def collect_round() -> int:
    return collect()
