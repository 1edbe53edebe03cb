# SPDX-License-Identifier: Apache-2.0
"""What holds in this country? Contacts, channels, laws, clocks and holidays, each with its source."""

from __future__ import annotations

from krama.countries.as_json import bodies, with_days
from krama.countries.change import GROUPS, Change, changed, entry_of
from krama.countries.fields import Field, fields_of
from krama.countries.load import country, load_pack, load_plain, plain
from krama.countries.model import Channel, Clock, Contact, Holiday, Law, Pack, Stated
from krama.countries.stale import Amber, Stale, stale

__all__ = [
    "GROUPS",
    "Amber",
    "Change",
    "Channel",
    "Clock",
    "Contact",
    "Field",
    "Holiday",
    "Law",
    "Pack",
    "Stale",
    "Stated",
    "bodies",
    "changed",
    "country",
    "entry_of",
    "fields_of",
    "load_pack",
    "load_plain",
    "plain",
    "stale",
    "with_days",
]
