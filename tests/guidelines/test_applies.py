# SPDX-License-Identifier: Apache-2.0
"""What applies, what is missing, what comes first: properties over all profiles."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from krama.errors import BadInput
from krama.guidelines import (
    Profile,
    applicable,
    ciso_assistant,
    difference,
    first_things,
    gaps,
    next_step,
    oscal,
    rulings,
    shipped,
    tally,
)
from krama.guidelines.scoring import MET, urgency

WORDS = shipped().words


def some(group: str, least: int = 1) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from([word.id for word in getattr(WORDS, group)]), min_size=least)


PROFILES = st.builds(
    Profile,
    some("sectors"),
    some("features", 0),
    some("users"),
    st.sampled_from([size.id for size in WORDS.sizes]),
    some("languages"),
)
ANSWERS = st.dictionaries(st.sampled_from([line.id for line in shipped().lines]), st.integers(0, 4))


@settings(max_examples=40)
@given(PROFILES)
def test_every_line_gets_a_ruling_with_a_reason_in_both_languages(firm: Profile) -> None:
    found = rulings(shipped(), firm)
    assert [ruling.line for ruling in found] == list(shipped().lines)
    for ruling in found:
        assert ruling.reasons
        assert all(
            "{" not in reason.said(shipped(), language) for reason in ruling.reasons for language in ("en", "km")
        )


@settings(max_examples=40)
@given(PROFILES, some("sectors"), some("features"))
def test_a_firm_that_does_more_never_loses_a_line(firm: Profile, sectors: frozenset[str], more: frozenset[str]) -> None:
    wider = Profile(firm.sectors | sectors, firm.features | more, firm.users, firm.size, firm.languages)
    assert set(applicable(shipped(), firm)) <= set(applicable(shipped(), wider))
    assert difference(shipped(), firm, wider).dropped == ()


@settings(max_examples=40)
@given(PROFILES, PROFILES)
def test_the_difference_leads_from_one_to_the_other_and_back(before: Profile, after: Profile) -> None:
    there, back = difference(shipped(), before, after), difference(shipped(), after, before)
    old, new = set(applicable(shipped(), before)), set(applicable(shipped(), after))
    assert {ruling.line for ruling in there.added} == new - old == {ruling.line for ruling in back.dropped}
    assert {ruling.line for ruling in there.again} <= new & old
    assert difference(shipped(), before, before) == type(there)((), (), ())


@settings(max_examples=40)
@given(PROFILES, ANSWERS)
def test_gaps_and_met_lines_are_all_lines_and_the_order_is_harm_then_effort(
    firm: Profile, answers: dict[str, int]
) -> None:
    found = gaps(shipped(), firm, answers)
    order = [urgency(shipped(), gap.line) for gap in found]
    assert order == sorted(order)
    counted = tally(shipped(), firm, answers)
    assert counted.met + len(found) == counted.applies == len(applicable(shipped(), firm))
    assert all(gap.level is None or gap.level < MET for gap in found)
    first = first_things(shipped(), found)
    assert len(first) == min(3, len(found))
    hours = sum(gap.line.effort == "an-hour" for gap in found)
    assert sum(gap.line.effort == "an-hour" for gap in first) == min(3, hours)


def test_the_order_does_not_follow_the_score() -> None:
    firm = Profile(frozenset({"isp"}))
    worst = gaps(shipped(), firm, {})[0].line
    assert gaps(shipped(), firm, {worst.id: 2})[0].line == worst
    assert worst not in [gap.line for gap in gaps(shipped(), firm, {}, set_aside={worst.id})]


@pytest.mark.parametrize("sector", [sector.id for sector in WORDS.sectors])
def test_each_sector_begins_with_a_step_of_its_own_within_the_hour(sector: str) -> None:
    found = gaps(shipped(), Profile(frozenset({sector})), {})
    step = next_step(shipped(), found, sector)
    assert step is not None
    assert (step.line.sectors, step.line.effort) == ((sector,), "an-hour")
    assert step in first_things(shipped(), found)


@pytest.mark.parametrize(
    "firm",
    [
        Profile(frozenset({"bank"})),
        Profile(frozenset()),
        Profile(frozenset({"sm"}), size="huge"),
        Profile(frozenset({"sm"}), users=frozenset()),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(firm: Profile) -> None:
    with pytest.raises(BadInput):
        rulings(shipped(), firm)


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="0 to 4"):
        gaps(shipped(), Profile(frozenset({"sm"})), {"a1.partners": 5})


def ids(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in ids(item)]
    if isinstance(value, dict):
        return [*([value["id"]] if "id" in value else []), *(found for item in value.values() for found in ids(item))]
    return []


def test_oscal_is_the_same_each_time_with_ids_that_xml_takes() -> None:
    assert oscal(shipped()) == oscal(shipped())
    document = json.loads(oscal(shipped()))["catalog"]
    found = ids(document)
    assert uuid.UUID(document["uuid"]).version == 5
    assert len(found) == len(set(found)) > 700
    assert [id for id in found if not re.fullmatch(r"[A-Za-z_][\w.-]*", id, re.ASCII)] == []
    assert sum(len(group["controls"]) for group in document["groups"]) == len(shipped().lines)


def test_ciso_assistant_keeps_its_import_rules() -> None:
    assert ciso_assistant(shipped()) == ciso_assistant(shipped())
    library = yaml.safe_load(ciso_assistant(shipped()))
    (framework,) = library["objects"]["frameworks"]
    nodes = framework["requirement_nodes"]
    urns = [library["urn"], framework["urn"], *(node["urn"] for node in nodes)]
    rule = r"urn:([a-zA-Z0-9_-]+):([a-zA-Z0-9_-]+):([a-zA-Z0-9_-]+)(?::([a-zA-Z0-9_-]+))?:([0-9A-Za-z\[\]\(\)\-\._:]+)"
    assert [urn for urn in urns if not re.fullmatch(rule, urn)] == []
    assert len(set(urns)) == len(urns)
    assert {node["parent_urn"] for node in nodes if node["assessable"]} <= set(urns)
    assert isinstance(library["version"], int)
    assert len(library["name"]) <= 200
