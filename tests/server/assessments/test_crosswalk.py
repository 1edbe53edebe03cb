# SPDX-License-Identifier: Apache-2.0
"""What others ask beside each requirement, with how sure it is; and the law, which is context."""

from __future__ import annotations

import pytest
from django.test import Client

from krama.guidelines import law_context, shipped
from krama.server.assessments.queries.crosswalk import BODIES, laws, rows
from tests.server import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor() -> Client:
    client = Client()
    client.force_login(builders.person("auditor"))
    return client


def test_each_requirement_has_one_row_and_no_reference_is_lost() -> None:
    found = rows("en")
    assert [row.id for row in found] == [line.id for line in shipped().lines]
    for line, row in zip(shipped().lines, found, strict=True):
        assert sorted(one.code for body in (*row.bodies, row.others) for one in body) == sorted(line.references)
    assert len(found[0].bodies) == len(BODIES)


def test_only_the_cambodian_text_is_called_verified() -> None:
    sources = {line.id: line.source for line in shipped().lines}
    verified = {row.id for row in rows("en") if row.cambodia.standing == "verified"}
    assert verified
    assert all(sources[id].startswith("KH-") for id in verified)
    assert all((row.itu is None) == sources[row.id].startswith(("KH-", "KR-")) for row in rows("en"))
    assert {one.standing for row in rows("en") for body in (*row.bodies, row.others) for one in body} == {
        "read",
        "known",
    }


def test_it_is_filtered_by_sector_and_pillar() -> None:
    held = shipped().lines
    assert [row.id for row in rows("en", "mno")] == [line.id for line in held if "mno" in line.sectors]
    both = [line.id for line in held if "mno" in line.sectors and line.pillar == "kh-3"]
    assert [row.id for row in rows("en", "mno", "kh-3")] == both


def test_the_page_says_each_standing_in_words_and_takes_no_unknown_filter(auditor: Client) -> None:
    page = auditor.get("/guidelines/crosswalk").content.decode()
    for words in ("Read in a source", "General knowledge, not checked", "Stated by the Cambodian authorities"):
        assert words in page
    assert "From the international model" in page
    few = auditor.get("/guidelines/crosswalk?sector=dev&pillar=kh-2").content.decode()
    assert len(few) < len(page)
    assert auditor.get("/guidelines/crosswalk?sector=%3Cb%3E&pillar=x").content.decode().count("<b>") == 0


def test_the_law_is_context_with_its_source_and_says_that_no_official_text_was_at_hand(auditor: Client) -> None:
    found = laws("en")
    assert sum(len(law.says) for law in found) == len(law_context())
    assert all(said.source for law in found for said in law.says)
    page = auditor.get("/guidelines/law").content.decode()
    assert "Not one official text of these laws was at hand" in page
    assert "A draft, not law" in page
    assert "Which article says so was not found." in page
    # No sentence of the law is a requirement's.
    assert not {said.text for law in found for said in law.says} & {line.text.en for line in shipped().lines}
