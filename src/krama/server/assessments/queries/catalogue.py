# SPDX-License-Identifier: Apache-2.0
"""Which catalogue holds, with the firm's corrected Khmer; which profile, and what applies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from krama.guidelines import Catalogue, Line, Profile, applicable, shipped
from krama.guidelines.catalogue_file import from_yaml
from krama.guidelines.migrate import successor
from krama.server.assessments.models import FirmProfile, LoadedCatalogue
from krama.server.web.wording import corrected

EARLIER = 4  # catalogues that are kept in memory, and looked through for an old line


def catalogue() -> Catalogue:
    """The catalogue in force, with the firm's corrections of its Khmer."""
    return corrected(as_loaded())


def as_loaded() -> Catalogue:
    """The catalogue in force as its file says it: the last one loaded, else the shipped one."""
    row = LoadedCatalogue.objects.filter(in_force=True).values_list("sha256", flat=True).first()
    return shipped() if row is None else parsed(row)


def firm() -> FirmProfile | None:
    """What the firm last said of itself."""
    return FirmProfile.objects.order_by("-number").first()


def profile_of(row: FirmProfile) -> Profile:
    """A saved profile as the library's value."""
    return Profile(
        frozenset(row.sectors), frozenset(row.features), frozenset(row.users), row.size, frozenset(row.languages)
    )


def lines(held: Catalogue | None = None) -> tuple[Line, ...]:
    """What applies to this firm now; nothing before it has a profile. `held`: for whoever has read the catalogue."""
    row = firm()
    return applicable(held or catalogue(), profile_of(row)) if row else ()


def standing_line(line_id: str) -> Line | None:
    """The line of that id, or the one that took its place: old links and open forms lead on."""
    held = catalogue()
    found = successor(line_id, None, held)
    if found is None:
        found = next((to for before in _earlier(line_id) if (to := successor(line_id, before, held))), None)
    return held.line(found) if found else None


def _earlier(line_id: str) -> Iterator[Catalogue]:
    """Catalogues once loaded that had the line, the last one first."""
    for sha256 in LoadedCatalogue.objects.order_by("-loaded_at").values_list("sha256", flat=True)[:EARLIER]:
        if (before := parsed(sha256)).line(line_id):
            yield before


@lru_cache(maxsize=EARLIER)
def parsed(sha256: str) -> Catalogue:
    """A loaded file by its hash: the same hash is the same catalogue, so it is read once."""
    return from_yaml(LoadedCatalogue.objects.values_list("file", flat=True).get(sha256=sha256))
