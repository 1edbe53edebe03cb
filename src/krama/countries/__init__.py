# SPDX-License-Identifier: Apache-2.0
"""What holds in this country? Contacts, channels, laws, clocks and holidays, each with its source."""

from __future__ import annotations

from krama.countries.load import country, load_pack
from krama.countries.model import Channel, Clock, Contact, Holiday, Law, Pack, Stated
from krama.countries.stale import Amber, Stale, stale

__all__ = [
    "Amber",
    "Channel",
    "Clock",
    "Contact",
    "Holiday",
    "Law",
    "Pack",
    "Stale",
    "Stated",
    "country",
    "load_pack",
    "stale",
]
