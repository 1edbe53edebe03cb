# SPDX-License-Identifier: Apache-2.0
"""What becomes of tasks: they hold ids of rows, and go three days after they were done."""

from __future__ import annotations

FATES = {
    "outbox.Task": ("expires", "Names rows by id, never what stands in them; done ones go after three days."),
    "outbox.Beat": ("kept", "When a loop last went round."),
}
