# SPDX-License-Identifier: Apache-2.0
"""The Khmer of the screens: what came with Krama, and a compiled catalogue in the firm's home that goes before it.

Django reads compiled catalogues once, when the server starts: a correction of a screen shows after `krama serve` is
started again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polib

from krama.server.web.wording import folder, put

PO = Path(__file__).resolve().parent.parent / "locale" / "km" / "LC_MESSAGES" / "django.po"
LOCALE = "locale"  # below the folder of the firm's wording; settings name it too


@dataclass(frozen=True)
class Screen:
    """One text of the screens; `en` is the plural where there is one, since Khmer has one form for both."""

    msgid: str
    plural: str
    km: str
    places: tuple[str, ...]

    @property
    def en(self) -> str:
        return self.plural or self.msgid


@cache
def screens() -> tuple[Screen, ...]:
    """Every text of the screens as shipped, in the catalogue's order."""
    return tuple(
        Screen(
            entry.msgid,
            entry.msgid_plural,
            entry.msgstr or entry.msgstr_plural.get(0, ""),
            tuple(place for place, _line in entry.occurrences),
        )
        for entry in polib.pofile(str(PO))
        if entry.msgstr or entry.msgstr_plural.get(0)
    )


def lay_over_screens(rows: Mapping[str, Mapping[str, str]]) -> None:
    """Compile what the rows correct of the screens; Django takes it up when it starts again."""
    corrected = {(row["en"], row["shipped"]): row["km"] for row in rows.values() if row["km"] != row["shipped"]}
    laid = polib.POFile(wrapwidth=0)
    laid.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}
    for screen in screens():
        if km := corrected.get((screen.en, screen.km)):
            one = {"msgstr_plural": {0: km}} if screen.plural else {"msgstr": km}
            laid.append(polib.POEntry(msgid=screen.msgid, msgid_plural=screen.plural, **one))
    path = folder() / LOCALE / "km" / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    put(path, laid.to_binary())
