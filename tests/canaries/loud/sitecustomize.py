# SPDX-License-Identifier: Apache-2.0
"""Put on PYTHONPATH of every process of a run: whatever would be logged at any level is, through Krama's own handlers.

Krama has no switch for this; a person who debugs a home would write it, and even then nobody may be named.
"""

from __future__ import annotations

import logging.config
from typing import Any

_configure = logging.config.dictConfig


def _loudly(config: dict[str, Any]) -> None:
    config = {**config, "root": {**config.get("root", {}), "level": "DEBUG"}}
    _configure(config)


logging.config.dictConfig = _loudly  # type: ignore[assignment]
