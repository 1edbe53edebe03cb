# SPDX-License-Identifier: Apache-2.0
"""Records of processing and impact assessments: from the register as it stands, in both languages, by two people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.guidelines.live import Seen
from krama.paper import from_plain, to_plain
from krama.server.assessments.witnesses import witnesses
from krama.server.confidentiality.actions.impact import approve_impact, hash_of, write_impact
from krama.server.confidentiality.actions.register import end, review, write
from krama.server.confidentiality.documents.records import records
from krama.server.confidentiality.models import Impact
from krama.server.confidentiality.queries.register import held
from tests.server import builders
from tests.server.confidentiality.made_lines import PARTY, client, facts, late, line, treated, weighed

pytestmark = pytest.mark.django_db
HIGH: dict[str, Any] = {"categories": ("name", "school"), "third_parties": (PARTY,), "kept_days": None}


def seen(proof_id: str) -> Seen:
    return witnesses()[f"live.{proof_id}"](timezone.now())


def written(by: Any = None) -> Impact:
    return write_impact(by or builders.person("officer"), conclusion="Small, and watched.")


def text_of(language: str) -> str:
    return str(to_plain(records(held(), language)))


def test_the_records_say_each_line_its_gaps_and_what_is_model_and_what_is_law_in_both_languages() -> None:
    row = line(third_parties=(PARTY,))
    english, khmer = text_of("en"), text_of("km")
    for told in (english, khmer):
        assert "Day of birth at sign-up" in told
        assert "Metrics Ltd (SDK), SG" in told
    assert "international model" in english
    assert "Law on Electronic Commerce" in english
    assert "minimisation not answered" in english
    assert "គោលការណ៍ណែនាំ" in khmer
    weighed(row)
    assert "Keep it as it is · Needed to protect." in text_of("en")
    write(builders.person("officer"), facts=facts(kept_days=10), line=row.pk, seen=1)
    assert "The line has changed since" in text_of("en")


@pytest.mark.parametrize(
    ("form", "begins"), [("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!doctype html"), ("json", b"{")]
)
def test_each_paper_comes_in_each_form_and_language(form: str, begins: bytes) -> None:
    treated(line())
    made = written()
    caller = client(builders.person("auditor"))
    for language in ("km", "en"):
        for address in (
            reverse("confidentiality:records_file", args=[language, form]),
            reverse("confidentiality:impact_file", args=[made.number, language, form]),
        ):
            answer = caller.get(address)
            assert answer.status_code == 200
            assert answer.content.lower().startswith(begins.lower())
    for wrong in (["xx", form], ["en", "exe"]):
        assert caller.get(reverse("confidentiality:records_file", args=wrong)).status_code == 404


def test_an_assessment_is_frozen_and_hashed_and_its_facts_are_the_lines_own() -> None:
    row = line(**HIGH)
    treated(row)
    made = written()
    assert made.sha256 == hash_of(made.body)
    assert made.facts[0]["risk"]["level"] == "high"
    assert set(made.facts[0]["risk"]["severe"]) == {"locates", "together"}
    assert {"third-parties", "abroad", "no-end", "not-weighed"} <= set(made.facts[0]["risk"]["likely"])
    write(builders.person("officer"), facts=facts(name="Renamed"), line=row.pk, seen=1)
    assert "Renamed" not in str(Impact.objects.get().body)
    assert from_plain(made.body["km"]).language == "km"


@pytest.mark.database
def test_nobody_approves_their_own_nor_a_stale_nor_an_older_one_nor_a_high_risk_left_open() -> None:
    officer, lead = builders.person("officer"), builders.person("lead")
    with pytest.raises(Conflict, match="empty"):
        written()
    row = line(**HIGH)
    with pytest.raises(BadInput):
        write_impact(officer, conclusion=" ")
    first = written(officer)
    with pytest.raises(Conflict, match="another person"):
        approve_impact(officer, number=1)
    with pytest.raises(Conflict, match="no measures"):
        approve_impact(lead, number=1)
    treated(row)
    written(officer)
    with pytest.raises(Conflict, match="newer"):
        approve_impact(lead, number=1)
    write(officer, facts=facts(**HIGH, purpose="More"), line=row.pk, seen=1)
    with pytest.raises(Conflict, match="changed"):
        approve_impact(lead, number=2)
    written(officer)
    approve_impact(lead, number=3)
    with pytest.raises(Conflict, match="already"):
        approve_impact(lead, number=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Impact.objects.filter(pk=first.pk).update(approved_by=officer, approved_at=timezone.now())


def test_on_the_page_each_refusal_says_why() -> None:
    line(**HIGH)
    officer, lead = client(builders.person("officer")), client(builders.person("lead"))
    assert officer.post(reverse("confidentiality:impact_write"), {"conclusion": ""}).status_code == 422
    assert officer.post(reverse("confidentiality:impact_write"), {"conclusion": "Watched."}).status_code == 302
    approve = reverse("confidentiality:impact_approve", args=[1])
    assert "You wrote it" in officer.post(approve).content.decode()
    refused = lead.post(approve)
    assert refused.status_code == 409
    assert "high risk has no measures" in refused.content.decode()
    assert client(builders.person("auditor")).post(approve).status_code == 403


def test_the_register_is_red_when_a_day_of_review_has_passed() -> None:
    assert seen("register-reviewed").state == "unknown"
    row = line()
    assert seen("register-reviewed").state == "pass"
    late(row)
    assert (seen("register-reviewed").state, seen("register-reviewed").figures["late"]) == ("fail", 1)
    review(builders.person("officer"), line=row.pk, seen=1)
    assert seen("register-reviewed").state == "pass"


def test_a_line_that_nobody_weighed_is_red_until_somebody_answers() -> None:
    assert seen("register-weighed").state == "unknown"
    row = line()
    assert seen("register-weighed").state == "fail"
    weighed(row)
    assert seen("register-weighed").state == "pass"
    write(builders.person("officer"), facts=facts(purpose="Another"), line=row.pk, seen=1)
    assert seen("register-weighed").state == "fail"
    end(builders.person("officer"), line=row.pk, seen=2, why="Gone.")
    assert seen("register-weighed").state == "unknown"


def test_an_assessment_covers_the_register_as_it_stands_or_is_red() -> None:
    assert seen("impact-assessed").state == "unknown"
    officer, lead = builders.person("officer"), builders.person("lead")
    row = line()
    written(officer)
    assert seen("impact-assessed").state == "unknown"
    approve_impact(lead, number=1)
    assert seen("impact-assessed").state == "pass"
    write(officer, facts=replace(facts(), name="A new name weighs nothing"), line=row.pk, seen=1)
    assert seen("impact-assessed").state == "pass"
    line(name="A second line")
    assert (seen("impact-assessed").state, seen("impact-assessed").figures["open"]) == ("fail", 1)
    approve_impact(lead, number=written(officer).number)
    assert seen("impact-assessed").state == "pass"
    for at, state in ((timedelta(days=-366), "fail"), (timedelta(days=2), "unknown")):
        Impact.objects.update(approved_at=timezone.now() + at)
        assert seen("impact-assessed").state == state
