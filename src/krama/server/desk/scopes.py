# SPDX-License-Identifier: Apache-2.0
"""Compartments speak of a case as `case:REF`; whether a reader may know of it, the cases say. This joins the two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from krama.server.cases.reach import acts_of
from krama.server.compartments.models import Hold, Opening

T = TypeVar("T")


def ref_of(scope: str) -> str:
    return scope.partition(":")[2]


def holds_of(reader: object, rows: Iterable[Hold]) -> list[Hold]:
    """Those of cases whose acts the reader may read about."""
    return [row for row, known in _known(reader, [(row, row.scope) for row in rows]) if known]


def openings_of(reader: object, rows: Iterable[Opening]) -> list[Opening]:
    return [row for row, known in _known(reader, [(row, row.pseudonym.scope) for row in rows]) if known]


def _known(reader: object, rows: list[tuple[T, str]]) -> list[tuple[T, bool]]:
    refs = {ref_of(scope) for _row, scope in rows}
    known = set(acts_of(reader).filter(ref__in=refs).values_list("ref", flat=True))
    return [(row, ref_of(scope) in known) for row, scope in rows]
