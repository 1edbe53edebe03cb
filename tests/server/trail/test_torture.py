# SPDX-License-Identifier: Apache-2.0
"""A sample of `make torture-trail`, and that the torture itself turns red when the verifier does not see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.loopback
# In a process of its own, for it takes Django to a home of its own.
SAMPLE = """
import json, sys, tempfile
from pathlib import Path
from tests.torture.trail import faults, make_ground, run, run_untampered
def without_order(bundle, key, **more):
    # The planted fault: a verifier that looks at each entry's own hash, and at no tree.
    from krama.ledger import Finding, leaf_hash
    for line in bundle.lines:
        if leaf_hash(line.text.encode()).hex() != line.stored:
            return Finding("changed", len(bundle.lines), position=line.position)
    return Finding("intact", len(bundle.lines))
with tempfile.TemporaryDirectory() as folder:
    ground = make_ground(Path(folder))
    good = run(ground, 60, 1)
    print(json.dumps({
        "faults": faults(good), "command": good["command"], "exact": good["exact"], "range": good["range"],
        "false": run_untampered(ground, 10), "planted": faults(run(ground, 40, 0, 3, without_order)),
    }))
"""


def test_every_tampering_is_found_and_a_blind_verifier_turns_the_torture_red() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KRAMA", "DJANGO", "PYTEST"))}
    command = [sys.executable, "-c", SAMPLE]
    done = subprocess.run(command, env=kept, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["faults"] == {}
    assert said["false"] == 0
    assert said["command"] == 1
    assert said["exact"] > 20
    assert said["range"] > 2
    assert sum(count for name, count in said["planted"].items() if name.startswith("MISSED")) > 5
