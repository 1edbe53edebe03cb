# SPDX-License-Identifier: Apache-2.0
"""What becomes of answers that are kept to be repeated."""

from __future__ import annotations

FATES = {
    "web.Answer": (
        "kept",
        "References and outcomes as the API said them; what was asked is a keyed hash.",
    ),
}
