# SPDX-License-Identifier: Apache-2.0
"""Which catalogue holds, with the firm's corrected Khmer; which profile, and what applies."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from krama.guidelines import Catalogue, Line, Profile, applicable, load, shipped
from krama.server.assessments.models import FirmProfile, LoadedCatalogue
from krama.server.web.wording import corrected


def catalogue() -> Catalogue:
    """The catalogue in force, with the firm's corrections of its Khmer."""
    return corrected(as_loaded())


def as_loaded() -> Catalogue:
    """The catalogue in force as its file says it: the last one loaded, else the shipped one."""
    row = LoadedCatalogue.objects.filter(in_force=True).values_list("sha256", flat=True).first()
    return shipped() if row is None else _parsed(row)


def firm() -> FirmProfile | None:
    """What the firm last said of itself."""
    return FirmProfile.objects.order_by("-number").first()


def profile_of(row: FirmProfile) -> Profile:
    """A saved profile as the library's value."""
    return Profile(
        frozenset(row.sectors), frozenset(row.features), frozenset(row.users), row.size, frozenset(row.languages)
    )


def lines() -> tuple[Line, ...]:
    """What applies to this firm now; nothing before it has a profile."""
    row = firm()
    return applicable(catalogue(), profile_of(row)) if row else ()


@lru_cache(maxsize=4)
def _parsed(sha256: str) -> Catalogue:
    text = LoadedCatalogue.objects.values_list("file", flat=True).get(sha256=sha256, in_force=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path)
