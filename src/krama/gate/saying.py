# SPDX-License-Identifier: Apache-2.0
"""What the gate says to whoever runs it: that something is wrong, never of whom or of what."""

from __future__ import annotations

import json
import sys
import time


def say(what: str) -> None:
    """One line for whoever runs the gate: never an id, a hash or an address."""
    sys.stderr.write(json.dumps({"at": round(time.time(), 1), "gate": what}) + "\n")
    sys.stderr.flush()
