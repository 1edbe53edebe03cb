# SPDX-License-Identifier: Apache-2.0
"""Who usually carries out what: every line has a kind of unit, and any firm has somebody for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from krama.guidelines import shipped
from krama.guidelines.duties import _rules, choose, kinds_for, usual_kinds
from krama.guidelines.model import Line
from krama.server.accounts.models import Unit

LINES = shipped().lines


def test_every_line_goes_to_known_kinds_of_unit() -> None:
    for line in LINES:
        kinds = kinds_for(line)
        assert "management" in kinds, "the last way out"
        assert set(kinds) <= set(Unit.Kind.values), line.id


def test_every_rule_speaks_of_a_line_or_an_area_that_is_there() -> None:
    rules = _rules()
    assert set(rules["lines"]) <= {line.id for line in LINES}
    assert set(rules["areas"]) == {area.id for area in shipped().words.areas}
    assert set(rules["usual"]) == {sector.id for sector in shipped().words.sectors}


def test_a_firm_without_the_best_unit_still_has_somebody() -> None:
    line = next(line for line in LINES if line.id == "mno.shop-staff")
    assert choose(line, ["management", "shops"]) == "shops"
    assert choose(line, ["legal", "management"]) == "management"
    assert choose(line, ["legal"]) == "legal"
    assert choose(line, []) == ""


def test_a_line_of_a_loaded_catalogue_that_no_rule_knows_goes_to_management() -> None:
    strange: Line = replace(LINES[0], id="new.line", area="unheard-of")
    assert kinds_for(strange) == ("management",)


@pytest.mark.parametrize("sector", [sector.id for sector in shipped().words.sectors])
def test_a_small_firm_begins_with_two_units_and_a_large_one_with_more(sector: str) -> None:
    small, large = usual_kinds([sector], "small"), usual_kinds([sector], "large")
    assert len(small) == 2
    assert small[0] == "management"
    assert len(large) > len(small)
    assert large[:2] == small
    assert set(large) <= set(Unit.Kind.values)


def test_several_sectors_share_their_units() -> None:
    both = usual_kinds(["isp", "mno"], "large")
    assert len(both) == len(set(both))
    assert {"network", "shops"} <= set(both)
