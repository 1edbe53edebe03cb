# SPDX-License-Identifier: Apache-2.0
"""Who in a firm usually carries out a line: our reading, kept in `duties.yaml`. A firm changes it as it likes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from krama.guidelines.model import Line

MANAGEMENT = "management"
ROOM = {"small": 2, "medium": 4}  # how many of the usual units a firm of that size begins with


def kinds_for(line: Line) -> tuple[str, ...]:
    """Kinds of units, the best first; management always stands at the end."""
    rules = _rules()
    kinds = rules["lines"].get(line.id) or rules["areas"].get(line.area, ())
    return tuple(dict.fromkeys((*kinds, MANAGEMENT)))


def choose(line: Line, having: Collection[str]) -> str:
    """The kind of unit, of those the firm has, that a line goes to; "" when it has no unit at all."""
    return next((kind for kind in kinds_for(line) if kind in having), next(iter(having), ""))


def usual_kinds(sectors: Collection[str], size: str) -> tuple[str, ...]:
    """The kinds of units a firm begins with; with several sectors, those of each in turn."""
    usual: Mapping[str, list[str]] = _rules()["usual"]
    chosen = [usual[sector][: ROOM.get(size)] for sector in usual if sector in sectors]
    return tuple(dict.fromkeys(kind for kinds in chosen for kind in kinds))


@cache
def _rules() -> Mapping[str, Any]:
    text = (files("krama.guidelines") / "duties.yaml").read_text(encoding="utf-8")
    rules: Mapping[str, Any] = yaml.safe_load(text)
    return rules
