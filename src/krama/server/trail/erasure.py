# SPDX-License-Identifier: Apache-2.0
"""What becomes of the trail: it is never shortened, so nothing in it may name anybody but staff, by id."""

from __future__ import annotations

FATES = {
    "trail.Entry": ("kept", "Says what was done by which id to which reference: shortened, it would prove nothing."),
    "trail.TreeHead": ("kept", "Hashes over entries."),
}
