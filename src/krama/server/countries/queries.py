# SPDX-License-Identifier: Apache-2.0
"""What holds in this country now: the pack that came with Krama, with the changes that two people made."""

from __future__ import annotations

from krama.countries import Pack, country


def pack() -> Pack:
    """The pack in force; its version grows with each accepted change."""
    return country()
