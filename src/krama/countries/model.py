# SPDX-License-Identifier: Apache-2.0
"""What holds in a country, as frozen values. A law here says nothing of policy, and policy nothing of law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from krama.text import Text


@dataclass(frozen=True)
class Stated:
    """Something a source states; `verified_on` is the day a person confirmed it, None when nobody has."""

    id: str
    text: Text
    source: str
    standing: str
    verified_on: date | None


@dataclass(frozen=True)
class Contact(Stated):
    """Whom to call or write to; one without a phone, an address or a page was looked for and not found."""

    phones: tuple[str, ...]
    sms: str
    office: str
    email: str
    web: str
    hours: str
    free: bool
    confirm: str

    @property
    def reachable(self) -> bool:
        """Whether anything is known by which to reach it."""
        return bool(self.phones or self.email or self.web)


@dataclass(frozen=True)
class Channel(Stated):
    """What a contact takes and what it refuses."""

    contact: str
    takes: tuple[str, ...]
    refuses: tuple[str, ...]


@dataclass(frozen=True)
class Law(Stated):
    """A law, or a draft of one."""

    status: str
    year: int


@dataclass(frozen=True)
class Clock(Stated):
    """A time to keep, as a setting's default."""

    rule: str
    amount: int
    unit: str


@dataclass(frozen=True)
class Holiday(Stated):
    """A public holiday with a fixed date, for the years that are named."""

    month: int
    day: int
    years: tuple[int, ...]

    def falls_on(self, day: date) -> bool:
        """Whether that day is this holiday."""
        return (day.month, day.day) == (self.month, self.day) and day.year in self.years


@dataclass(frozen=True)
class Pack:
    """Everything about one country, in one version; `read_on` is the day its sources were read."""

    id: str
    version: int
    read_on: date
    khmer: str
    text: Text
    contacts: tuple[Contact, ...]
    channels: tuple[Channel, ...]
    laws: tuple[Law, ...]
    clocks: tuple[Clock, ...]
    holidays: tuple[Holiday, ...]
    neutral_page: str = ""  # where quick exit leads: a page that everybody here opens, such as the weather

    def contact(self, id: str) -> Contact | None:
        """The contact of that id."""
        return next((contact for contact in self.contacts if contact.id == id), None)

    def holiday(self, day: date) -> Holiday | None:
        """The holiday that falls on a day; movable feasts are not known here."""
        return next((holiday for holiday in self.holidays if holiday.falls_on(day)), None)
