# SPDX-License-Identifier: Apache-2.0
"""Lines of the register: versions are kept, two who write at once lose no word, the minimisation question stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from krama.errors import BadInput, Conflict
from krama.inventory import Category
from krama.server.confidentiality import words
from krama.server.confidentiality.actions.register import end, review, write
from krama.server.confidentiality.facts import NAMES, WEIGHTY, Party, facts_of, faults
from krama.server.confidentiality.models import Line, LineVersion, Weighing
from krama.server.confidentiality.queries.register import line_of, lines, to_review
from krama.server.confidentiality.risk import Risk, RiskFacts, risk_of
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.confidentiality.made_lines import PARTY, client, facts, late, line, treated, unit, weighed

pytestmark = pytest.mark.django_db


def form_of(row: Line, **more: Any) -> dict[str, Any]:
    """What a browser sends of the form as it stands."""
    held = facts_of(row)
    sent = {name: getattr(held, name) for name in NAMES if name != "third_parties"} | {"seen": row.version}
    sent |= {"field_names": ", ".join(held.field_names), "review_on": held.review_on.isoformat()}
    sent |= {"party-TOTAL_FORMS": 2, "party-INITIAL_FORMS": len(held.third_parties)}
    return sent | more


def test_a_line_is_written_with_its_first_version_and_the_trail_holds_no_words() -> None:
    row = line()
    assert (row.version, row.versions.get().what) == (1, "made")
    entry = Entry.objects.get(event="register:written")
    assert entry.subject_id == str(row.pk)
    assert "sign-up" not in str(entry.details)


@pytest.mark.database
def test_each_change_is_a_version_and_nothing_is_written_over() -> None:
    row = line()
    first = facts_of(row)
    for number, days in enumerate((30, 20, 10), 1):
        row = write(builders.person("officer"), facts=replace(first, kept_days=days), line=row.pk, seen=number)
    kept = list(LineVersion.objects.filter(line=row).order_by("number").values_list("facts__kept_days", flat=True))
    assert kept == [90, 30, 20, 10]


@pytest.mark.database
def test_who_did_not_see_the_newest_version_writes_nothing() -> None:
    row = line()
    write(builders.person("officer"), facts=facts(purpose="Theirs"), line=row.pk, seen=1)
    with pytest.raises(Conflict, match="meanwhile"):
        write(builders.person("lead"), facts=facts(purpose="Ours"), line=row.pk, seen=1)
    assert Line.objects.get().purpose == "Theirs"


def test_on_the_page_both_are_shown_and_sending_again_writes_over_it_knowingly() -> None:
    row, officer = line(), client(builders.person("officer"))
    write(builders.person("lead"), facts=facts(purpose="Theirs, said first"), line=row.pk, seen=1)
    address = reverse("confidentiality:change", args=[row.pk])
    answer = officer.post(address, form_of(row, purpose="Ours, said second"))
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Theirs, said first" in shown
    assert "Ours, said second" in shown
    assert Line.objects.get().purpose == "Theirs, said first"
    again = officer.post(address, form_of(row, purpose="Ours, said second", seen=2))
    assert again.status_code == 302
    assert list(LineVersion.objects.order_by("number").values_list("facts__purpose", flat=True)) == [
        "To know who is a child",
        "Theirs, said first",
        "Ours, said second",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("system", ""),
        ("categories", ()),
        ("categories", ("nonsense",)),
        ("purpose", "x" * 2001),
        ("purpose", "a\x00b"),
        ("kept_days", -1),
        ("kept_days", 36_501),
        ("field_names", ("x" * 201,)),
        ("third_parties", (Party("", "KH", "why"),)),
        ("third_parties", (Party("Name", "Khmer", "why"),)),
        ("third_parties", (PARTY,) * 31),
        ("consent_how", "\ud800"),
    ],
)
def test_what_cannot_be_so_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(BadInput) as refused:
        line(**{field: value})
    assert refused.value.fields["field"] == field
    assert not Line.objects.exists()


def test_a_law_or_an_interest_is_named_and_consent_does_not_contradict_itself() -> None:
    today = facts().review_on.replace(year=2020)
    assert set(faults(facts(basis="law", basis_words=" "), today)) == {"basis_words"}
    assert set(faults(facts(basis="guardian", consent="not-needed"), today)) == {"consent"}
    assert set(faults(facts(basis="law", basis_words="Law 1", consent="not-needed", consent_how=""), today)) == {
        "consent_how"
    }


def test_what_weighs_asks_the_minimisation_question_anew_and_what_does_not_leaves_it() -> None:
    row = line()
    assert line_of(row.pk).gaps == ("weighed",)
    weighed(row)
    assert line_of(row.pk).gaps == ()
    row = write(builders.person("officer"), facts=facts(name="Another name"), line=row.pk, seen=1)
    assert line_of(row.pk).is_weighed
    row = write(builders.person("officer"), facts=facts(name="Another name", kept_days=400), line=row.pk, seen=2)
    assert line_of(row.pk).gaps == ("weighed",)
    assert set(NAMES) > WEIGHTY


@pytest.mark.database
def test_what_is_not_needed_is_not_kept_and_an_answer_is_about_what_was_seen() -> None:
    row = line()
    with pytest.raises(BadInput, match="not needed"):
        weighed(row, needed=False)
    with pytest.raises(BadInput):
        weighed(row, words="  ")
    with pytest.raises(Conflict):
        weighed(row, seen=7)
    made = weighed(row, needed=False, decision="stop")
    with pytest.raises(IntegrityError), transaction.atomic():
        Weighing.objects.filter(pk=made.pk).update(decision="keep")


def test_a_look_puts_the_next_day_and_an_edit_of_a_late_line_is_no_look() -> None:
    row, officer = line(), builders.person("officer")
    late(row)
    row.refresh_from_db()
    was = row.review_on
    write(officer, facts=facts(review_on=was, purpose="Clearer"), line=row.pk, seen=1)
    assert line_of(row.pk).is_late
    row = review(officer, line=row.pk, seen=2)
    assert not line_of(row.pk).is_late
    assert (row.versions.count(), LineVersion.objects.filter(what="reviewed").count()) == (3, 1)


def test_what_is_not_held_any_more_stays_for_the_record_and_is_not_changed() -> None:
    row, officer = line(), builders.person("officer")
    with pytest.raises(BadInput):
        end(officer, line=row.pk, seen=1, why=" ")
    end(officer, line=row.pk, seen=1, why="The feature is gone.")
    with pytest.raises(Conflict):
        write(officer, facts=facts(purpose="New"), line=row.pk, seen=2)
    assert lines(officer) == []
    assert [one.row.pk for one in lines(officer, ended=True)] == [row.pk]


def test_a_head_reads_and_writes_the_lines_of_their_unit_alone() -> None:
    head = builders.person("reviewer")
    own, other = unit("Shops", head), unit("Other")
    mine, theirs = line(own), line(other)
    caller = client(head)
    assert [one.row.pk for one in lines(head)] == [mine.pk]
    assert caller.get(reverse("confidentiality:line", args=[mine.pk])).status_code == 200
    assert caller.get(reverse("confidentiality:line", args=[theirs.pk])).status_code == 403
    assert caller.post(reverse("confidentiality:review", args=[mine.pk]), {"seen": 1}).status_code == 302
    assert caller.post(reverse("confidentiality:review", args=[theirs.pk]), {"seen": 1}).status_code == 403
    # Nor may they hand a line to a unit that is not theirs, or write one there.
    moved = caller.post(reverse("confidentiality:change", args=[mine.pk]), form_of(line_of(mine.pk).row, unit=other.pk))
    assert moved.status_code == 422
    assert line_of(mine.pk).row.unit == own


@pytest.mark.parametrize("role", ["auditor", "administrator", "reviewer"])
def test_others_read_or_do_not_and_write_nothing(role: str) -> None:
    row = line()
    caller = client(builders.person(role))
    reads = 403 if role == "reviewer" else 200
    assert caller.get(reverse("confidentiality:register")).status_code == reads
    assert caller.get(reverse("confidentiality:line", args=[row.pk])).status_code == reads
    for name in ("change", "review", "weigh", "treat", "end"):
        assert caller.post(reverse(f"confidentiality:{name}", args=[row.pk]), {"seen": 1}).status_code == 403


def test_today_reminds_whoever_writes_it_and_is_red_when_it_is_late() -> None:
    row, officer = line(), builders.person("officer")
    page = client(officer)
    assert reverse("confidentiality:line", args=[row.pk]) not in page.get("/today").content.decode()
    late(row, -20)
    assert 'chip due">by ' in page.get("/today").content.decode()
    late(row)
    assert 'chip stop">late since' in page.get("/today").content.decode()
    assert list(to_review(builders.person("reviewer"), row.review_on)) == []


def test_a_line_by_hand_through_the_form_with_third_parties() -> None:
    officer, owner = builders.person("officer"), unit()
    sent = form_of(line(owner), seen=0, name="By hand", **{
        "party-0-name": "Metrics Ltd", "party-0-country": "sg", "party-0-why": "Counts", "party-0-is_sdk": "on",
    })  # fmt: skip
    answer = client(officer).post(reverse("confidentiality:add"), sent)
    assert answer.status_code == 302
    row = Line.objects.get(name="By hand")
    assert row.third_parties == [{"name": "Metrics Ltd", "country": "SG", "why": "Counts", "is_sdk": True}]
    wrong = client(officer).post(reverse("confidentiality:add"), sent | {"party-0-country": "Singapore"})
    assert wrong.status_code == 422
    assert "By hand" in wrong.content.decode()


def test_hostile_words_are_shown_as_text() -> None:
    row = line(name="<script>alert(1)</script>", purpose="<img src=x onerror=alert(1)>")
    treated(row)
    page = client(builders.person("officer")).get(reverse("confidentiality:line", args=[row.pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


RISKS = st.builds(
    RiskFacts,
    categories=st.lists(st.sampled_from(Category), min_size=1, unique=True),
    third_parties=st.integers(0, 3),
    abroad=st.booleans(),
    has_basis=st.booleans(),
    consent_open=st.booleans(),
    kept_days=st.none() | st.integers(0, 5000),
    units=st.integers(0, 6),
    weighed=st.booleans(),
)


@given(RISKS)
def test_a_risk_stays_on_its_scale_and_each_reason_has_words(of: RiskFacts) -> None:
    risk = risk_of(of)
    assert 1 <= risk.severity <= 4
    assert 1 <= risk.likelihood <= 4
    assert {*risk.severe, *risk.likely} <= set(words.REASONS)


@given(RISKS, st.sampled_from(Category))
def test_one_more_reason_never_makes_it_less(of: RiskFacts, more: Category) -> None:
    worse = [replace(of, categories=[*of.categories, more]), replace(of, weighed=False), replace(of, abroad=True)]
    worse += [replace(of, kept_days=None), replace(of, has_basis=False), replace(of, consent_open=True)]
    assert all(risk_of(one).score >= risk_of(of).score for one in worse)


def test_the_scale_on_examples() -> None:
    slight = RiskFacts([Category.DEVICE])
    assert risk_of(slight) == Risk(1, 1)
    grave = RiskFacts([Category.NAME, Category.SCHOOL], third_parties=1, abroad=True, kept_days=None)
    assert (risk_of(grave).score, risk_of(grave).level) == (16, "high")
    assert risk_of(replace(grave, third_parties=0, abroad=False, kept_days=30)).level == "medium"
    assert set(words.CATEGORIES) == {one.value for one in Category}
    assert set(words.FACTS) >= set(NAMES)
