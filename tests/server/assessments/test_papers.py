# SPDX-License-Identifier: Apache-2.0
"""Papers: written from the profile, approved by somebody else, signed by people of the units, never changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from krama.errors import BadInput, Conflict, NotFound
from krama.paper import Note, from_plain, to_plain
from krama.server.accounts.models import Unit
from krama.server.accounts.units import add_unit
from krama.server.assessments.actions.papers import approve, hash_of, record_sheet, sign, write
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.models import Paper
from krama.server.assessments.queries.papers import current, has_signed, paper_of, papers, printed, signed
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db
WORDS: dict[str, Any] = {
    "sectors": ["sm"],
    "features": ["accounts"],
    "users": ["children"],
    "size": "small",
    "languages": ["km"],
}


def officer_with_a_profile() -> Any:
    officer = builders.person("officer")
    save_profile(officer, firm_en="Demo Co", firm_km="ក្រុមហ៊ុនសាកល្បង", **WORDS)
    return officer


def approved(kind: str = "policy") -> Paper:
    write(officer_with_a_profile(), kind=kind)
    return approve(builders.person("lead"), kind=kind, number=1)


def unit(headcount: int = 2, *people: Any) -> Unit:
    made = add_unit(builders.person("officer"), name="Care", kind="customer-care", headcount=headcount)
    for person in people:
        person.unit = made
        person.save()
    return made


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_without_a_profile_nothing_can_be_written() -> None:
    assert papers() == []
    with pytest.raises(Conflict):
        write(builders.person("officer"), kind="policy")


def test_each_writing_is_a_new_draft_with_the_firms_name_and_its_hash_in_the_trail() -> None:
    officer = officer_with_a_profile()
    first, second = write(officer, kind="policy"), write(officer, kind="policy")
    assert (first.number, second.number) == (1, 2)
    assert first.body["km"]["subtitle"] == "ក្រុមហ៊ុនសាកល្បង"
    assert first.sha256 == hash_of(first.body)
    assert Entry.objects.filter(event="paper:written", details__sha256=first.sha256).exists()
    assert to_plain(from_plain(first.body["en"])) == first.body["en"]


def test_the_writer_cannot_approve_and_an_approved_version_stays() -> None:
    officer = officer_with_a_profile()
    write(officer, kind="policy")
    with pytest.raises(Conflict, match="another person"):
        approve(officer, kind="policy", number=1)
    lead = builders.person("lead")
    paper = approve(lead, kind="policy", number=1)
    assert paper.review_on is not None
    with pytest.raises(Conflict):
        approve(lead, kind="policy", number=1)
    write(officer, kind="policy")
    assert current("policy") == paper


def test_only_the_newest_draft_is_approved() -> None:
    officer = officer_with_a_profile()
    write(officer, kind="policy")
    write(officer, kind="policy")
    with pytest.raises(Conflict, match="newer"):
        approve(builders.person("lead"), kind="policy", number=1)


def test_a_person_signs_once_and_for_their_unit() -> None:
    paper, person = approved(), builders.person()
    with pytest.raises(Conflict, match="no unit"):
        sign(person, kind="policy", number=1)
    unit(2, person)
    sign(person, kind="policy", number=1)
    assert has_signed(paper, person)
    with pytest.raises(Conflict, match="already"):
        sign(person, kind="policy", number=1)
    assert [(row.people, row.all) for row in signed(paper)] == [(1, False)]


def test_nobody_signs_a_version_that_they_were_not_shown() -> None:
    person = builders.person()
    unit(2, person)
    write(approved().written_by, kind="policy")
    approve(builders.person("lead"), kind="policy", number=2)
    with pytest.raises(Conflict, match="Another version"):
        sign(person, kind="policy", number=1)


def test_a_draft_is_not_signed() -> None:
    person = builders.person()
    unit(2, person)
    write(officer_with_a_profile(), kind="policy")
    with pytest.raises(Conflict):
        sign(person, kind="policy", number=1)


def test_there_are_never_more_signatures_than_people() -> None:
    paper, officer, care = approved(), builders.person("officer"), unit(3)
    record_sheet(officer, kind="policy", unit=care, people=2, place="Cupboard 2")
    with pytest.raises(Conflict, match="more signatures"):
        record_sheet(officer, kind="policy", unit=care, people=2, place="Cupboard 2")
    for people, place in ((0, "Cupboard 2"), (1, "  ")):
        with pytest.raises(BadInput):
            record_sheet(officer, kind="policy", unit=care, people=people, place=place)
    assert [row.people for row in signed(paper)] == [2]


def test_a_draft_says_so_on_each_page_and_unreviewed_khmer_says_so() -> None:
    write(officer_with_a_profile(), kind="conduct")
    draft = printed("conduct", 1, "en")
    assert draft.footer == "Draft 1, not approved"
    assert isinstance(printed("conduct", 1, "km").blocks[0], Note)
    approve(builders.person("lead"), kind="conduct", number=1)
    assert "Draft" not in printed("conduct", 1, "en").footer
    for number, language in ((2, "en"), (1, "fr")):
        with pytest.raises(NotFound):
            printed("conduct", number, language)


def test_the_sectors_letters_are_papers_too() -> None:
    officer = officer_with_a_profile()
    letter = next(shown.kind for shown in papers() if shown.kind.startswith("letter.sm."))
    assert write(officer, kind=letter).number == 1
    with pytest.raises(NotFound):
        paper_of("letter.isp.nobody")


def test_the_page_of_a_firm_without_profile_leads_to_it() -> None:
    page = signed_in(builders.person()).get(reverse("assessments:papers"))
    assert reverse("assessments:profile") in page.content.decode()


def test_from_the_button_to_the_signature_on_pages() -> None:
    officer, lead, person = officer_with_a_profile(), builders.person("lead"), builders.person()
    unit(2, person)
    address = reverse("assessments:paper", args=["policy"])
    assert "Write it" in signed_in(officer).get(address).content.decode()
    assert signed_in(officer).post(f"{address}/write").status_code == 302
    assert "Approve it" not in signed_in(officer).get(address).content.decode()
    assert signed_in(lead).post(f"{address}/approve", {"number": "1"}).status_code == 302
    assert "Sign it" in signed_in(person).get(address).content.decode()
    assert signed_in(person).post(f"{address}/sign", {"number": "1"}).status_code == 302
    assert "1 of 2 signed" in signed_in(person).get(address).content.decode()


def test_who_may_write_approve_and_record_a_sheet() -> None:
    approved()
    care, reviewer = unit(3), signed_in(builders.person())
    address = reverse("assessments:paper", args=["policy"])
    sheet = {"unit": str(care.pk), "people": "2", "place": "Cupboard 2"}
    for what, body in (("write", {}), ("approve", {"number": "1"}), ("sign", sheet)):
        assert reviewer.post(f"{address}/{what}", body).status_code == 403, what
    officer = signed_in(builders.person("officer"))
    assert officer.post(f"{address}/sign", sheet).status_code == 302
    assert officer.post(f"{address}/sign", sheet | {"people": "many"}).status_code == 422


def test_what_is_no_kind_of_paper_is_never_said_to_the_database() -> None:
    approved()
    named = "somebody's id"
    with CaptureQueriesContext(connection) as asked:
        with pytest.raises(NotFound):
            printed(named, 1, "en")
        with pytest.raises(Conflict):
            approve(builders.person("lead"), kind=named, number=1)
        assert current(named) is None
    assert asked.captured_queries
    assert [one["sql"] for one in asked.captured_queries if "somebody" in one["sql"]] == []


def test_a_paper_comes_in_three_forms() -> None:
    write(officer_with_a_profile(), kind="policy")
    client = signed_in(builders.person("auditor"))
    for form, start in (("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!doctype html>")):
        answer = client.get(reverse("assessments:paper_file", args=["policy", 1, "km", form]))
        assert answer.content.startswith(start)
    assert "sha256-" in answer.headers["Content-Security-Policy"]
    assert client.get(reverse("assessments:paper_file", args=["policy", 1, "km", "exe"])).status_code == 404
