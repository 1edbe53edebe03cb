# SPDX-License-Identifier: Apache-2.0
"""The page that quick exit leads to, where a country names one; and the pack as JSON and back."""

from __future__ import annotations

import json

import jsonschema
import pytest

from krama.countries import bodies, country, load_plain, plain, with_days
from krama.text import BadEntry
from tests.countries.test_countries import SCHEMA

GOOD = ("https://www.example.org", "https://weather.example/phnom-penh?day=1")
BAD = ("http://example.org", "https://", "javascript:alert(1)", "//example.org", "https://a b", 'https://a"b', "/time")


def with_page(page: str) -> dict[str, object]:
    raw = plain()
    return {**raw, "country": {**raw["country"], "neutral_page": page}}


def test_it_may_be_left_out() -> None:
    assert country().neutral_page == ""


@pytest.mark.parametrize("page", GOOD)
def test_a_good_one_is_taken_by_loader_and_schema(page: str) -> None:
    assert load_plain(with_page(page)).neutral_page == page
    jsonschema.validate(json.loads(json.dumps(with_page(page), default=str)), SCHEMA)


@pytest.mark.parametrize("page", BAD)
def test_what_is_no_https_page_is_refused_by_both(page: str) -> None:
    with pytest.raises(BadEntry, match="neutral_page"):
        load_plain(with_page(page))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(json.dumps(with_page(page), default=str)), SCHEMA)


def test_as_json_and_back_it_is_the_same_pack() -> None:
    assert load_plain(with_days(json.loads(json.dumps(bodies(plain()))))) == country()
