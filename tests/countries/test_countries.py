# SPDX-License-Identifier: Apache-2.0
"""The country pack: nothing unconfirmed passes for confirmed, and what is old turns amber."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from krama.countries import Amber, country, load_pack, stale
from krama.countries.load import FOLDER
from krama.text import BadEntry, read_document

DAY = date(2026, 11, 23)
SHIPPED = FOLDER / "kh.yaml"
SCHEMA = json.loads((FOLDER / "schema.json").read_text("utf-8"))


def test_contacts_are_as_the_sources_state_them() -> None:
    phones = {contact.id: contact.phones for contact in country().contacts if contact.phones}
    assert phones == {
        "child-helpline": ("1280",),
        "aple-hotline": ("092 311 511",),
        "police-hotline": ("1288",),
        "police-command": ("117",),
        "cncc": ("023 213 004",),
    }
    assert {channel.id for channel in country().channels if "picture" in channel.refuses} == {
        "hotline-report",
        "take-back",
    }


def test_nothing_is_confirmed_as_shipped_and_all_of_it_is_amber() -> None:
    pack = country()
    everything = {
        (group, entry.id)
        for group in ("contacts", "channels", "laws", "clocks", "holidays")
        for entry in getattr(pack, group)
    }
    never = {(found.group, found.entry.id) for found in stale(pack, DAY) if found.why is Amber.NEVER_CONFIRMED}
    assert never == everything
    unreached = {found.entry.id for found in stale(pack, DAY) if found.why is Amber.NOT_REACHABLE}
    assert unreached == {"anti-cybercrime", "mptc"}


@pytest.mark.parametrize(("days", "amber"), [(0, False), (90, False), (91, True), (-1, True)])
def test_a_confirmation_holds_ninety_days_and_never_from_the_future(days: int, amber: bool) -> None:
    contact = replace(country().contacts[0], standing="confirmed", verified_on=DAY)
    pack = replace(country(), contacts=(contact,))
    reasons = [found.why for found in stale(pack, DAY + timedelta(days=days)) if found.group == "contacts"]
    assert reasons == ([Amber.TOO_LONG_AGO] if amber else [])


def test_holidays_have_their_years() -> None:
    pack = country()
    found = pack.holiday(date(2026, 11, 9))
    assert found is not None
    assert found.id == "independence"
    assert pack.holiday(date(2028, 11, 9)) is None
    assert any(entry.why is Amber.YEAR_MISSING for entry in stale(pack, date(2028, 1, 1)))


def test_drafts_are_never_called_in_force() -> None:
    assert all((law.status == "draft") == ("draft" in law.id) for law in country().laws)


def test_the_pack_keeps_its_schema() -> None:
    raw = json.loads(json.dumps(read_document(SHIPPED).raw, default=str))
    assert list(Draft202012Validator(SCHEMA).iter_errors(raw)) == []
    raw["contacts"][0]["phone"] = "1"
    assert list(Draft202012Validator(SCHEMA).iter_errors(raw))


@pytest.mark.parametrize(
    ("group", "field", "value", "words"),
    [
        ("contacts", "source", "", "source"),
        ("contacts", "standing", "confirmed", "verified_on"),
        ("contacts", "verified_on", date(2026, 1, 1), "standing"),
        ("contacts", "km", "", "km"),
        ("channels", "contact", "nobody", "'nobody' is not known"),
        ("laws", "status", "good", "in-force"),
        ("clocks", "amount", 0, "whole number"),
        ("holidays", "month", 13, "no such day"),
        ("holidays", "years", [], "list of years"),
    ],
)
def test_a_planted_bad_entry_is_named(tmp_path: Path, group: str, field: str, value: object, words: str) -> None:
    raw = yaml.safe_load(SHIPPED.read_text("utf-8"))
    raw[group][0][field] = value
    path = tmp_path / "kh.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    with pytest.raises(BadEntry, match=words) as found:
        load_pack(path)
    assert raw[group][0]["id"] in found.value.detail


def test_a_country_that_is_not_there_is_said() -> None:
    with pytest.raises(BadEntry, match="use one of kh"):
        country("../kh")
