# SPDX-License-Identifier: Apache-2.0
"""Units: every line owned, duties, signatures, trainings and drills, a sheet of one page, the board's roll-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.server.accounts.models import Unit
from krama.server.accounts.units import add_unit, change_unit
from krama.server.assessments.actions.answers import hand
from krama.server.assessments.actions.duties import add_usual_units, record, share_out
from krama.server.assessments.actions.papers import approve, sign, write
from krama.server.assessments.models import Answer
from krama.server.assessments.pages.unit_sheet import MOST
from krama.server.assessments.queries import units as queries
from krama.server.assessments.queries.catalogue import lines
from krama.server.trail.models import Entry
from tests.paper.test_paper import sheets
from tests.server.assessments.made_answers import firm_of, said, signed_in
from tests.server.builders import person

pytestmark = pytest.mark.django_db


def shared_firm(sector: str = "sm") -> Any:
    """An officer whose firm has its usual units, each line in one of them."""
    officer = firm_of(sector)
    add_usual_units(officer)
    share_out(officer)
    return officer


@pytest.mark.parametrize("sector", ["sm", "isp", "mno", "host", "cont", "dev"])
def test_every_requirement_that_applies_is_owned_by_a_unit(sector: str) -> None:
    shared_firm(sector)
    assert queries.without_unit() == 0
    owned = {duty.line.id for unit in Unit.objects.all() for duty in queries.duties(unit)}
    assert owned == {line.id for line in lines()}


def test_sharing_out_again_moves_nothing_and_a_closed_unit_gives_its_lines_away() -> None:
    officer = shared_firm()
    assert share_out(officer) == 0
    unit = Unit.objects.exclude(kind="management").first()
    assert unit is not None
    count = len(queries.duties(unit))
    change_unit(officer, unit=unit, name=unit.name, kind=unit.kind, headcount=1, is_active=False)
    assert queries.without_unit() == count
    assert share_out(officer) == count
    assert queries.without_unit() == 0


def test_before_a_profile_or_a_unit_there_is_nothing_to_share() -> None:
    with pytest.raises(Conflict):
        add_usual_units(person("officer"))
    with pytest.raises(Conflict):
        share_out(firm_of())


def test_the_usual_units_come_once() -> None:
    officer = firm_of()
    assert len(add_usual_units(officer)) == 2
    assert add_usual_units(officer) == []


def test_a_unit_says_who_signed_who_was_trained_and_what_was_practised() -> None:
    officer = shared_firm()
    unit = Unit.objects.get(kind="moderation")
    change_unit(officer, unit=unit, name="Moderation", kind="moderation", headcount=5)
    unit.refresh_from_db()
    member = person("reviewer")
    member.unit = unit
    member.save()
    write(officer, kind="policy")
    approve(person("lead"), kind="policy", number=1)
    sign(member, kind="policy", number=1)
    (policy,) = queries.signed(unit, "en")
    assert (policy.people, policy.of, policy.all) == (1, 5, False)
    today = timezone.localdate()
    for topic, people, back in (("Reports", 3, 1), ("Reports", 2, 9), ("Grief", 4, 3), ("Reports", 5, 400)):
        record(officer, unit=unit, kind="training", topic=topic, on=today - timedelta(back), people=people, minutes=30)
    record(officer, unit=unit, kind="drill", topic="Alarm", on=today, people=5, minutes=12)
    assert queries.trained(unit).people == 5, "3 and 2 people in one topic; what is older than a year does not count"
    assert queries.drills(unit) == 1
    assert Entry.objects.filter(event="unit:recorded").count() == 5


def test_a_sheet_has_the_gravest_duties_whether_they_are_met_or_not() -> None:
    officer = shared_firm()
    unit = max(Unit.objects.all(), key=lambda one: len(queries.duties(one)))
    gravest = queries.by_harm(unit)[0].line.id
    said(officer, line=gravest, level=4)
    assert queries.duties(unit)[0].line.id != gravest, "the page asks first for what is not met"
    assert queries.by_harm(unit)[0].line.id == gravest, "the sheet on the wall keeps it"


def test_a_line_of_somebody_who_left_is_shared_out_without_them() -> None:
    officer, gone = firm_of(), person("reviewer")
    line = lines()[0].id
    hand(officer, line_id=line, owner=gone, unit=None, review_on=None)
    gone.is_active = False
    gone.save()
    add_usual_units(officer)
    assert share_out(officer) == len(lines())
    row = Answer.objects.get(line_id=line)
    assert (row.owner, row.unit is None) == (None, False)


def test_a_closed_unit_takes_no_record_and_does_not_ask_for_one() -> None:
    officer = firm_of()
    unit = add_unit(officer, name="Care", kind="customer-care")
    unit = change_unit(officer, unit=unit, name="Care", kind="customer-care", headcount=1, is_active=False)
    with pytest.raises(Conflict, match="closed"):
        record(officer, unit=unit, kind="drill", topic="Alarm", on=timezone.localdate(), people=1, minutes=None)
    assert "/record" not in signed_in(officer).get(f"/guidelines/units/{unit.pk}").content.decode()


def test_the_roll_up_asks_as_little_for_many_units_as_for_one(django_assert_max_num_queries: Any) -> None:
    officer = shared_firm()
    for place in range(20):
        add_unit(officer, name=f"Unit {place}", kind="shops", headcount=3)
    with django_assert_max_num_queries(12):
        assert len(queries.rollup("en")) == 20 + 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"topic": " "}, "topic"),
        ({"on": timezone.localdate() + timedelta(days=2)}, "on"),
        ({"people": 9}, "people"),
        ({"people": 0}, "people"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_what_is_no_record_is_refused_with_its_field(wrong: dict[str, Any], field: str) -> None:
    officer = firm_of()
    unit = add_unit(officer, name="Care", kind="customer-care", headcount=4)
    given: dict[str, Any] = {"kind": "drill", "topic": "Alarm", "on": timezone.localdate(), "people": 2, "minutes": 5}
    with pytest.raises(BadInput) as refused:
        record(officer, unit=unit, **{**given, **wrong})
    assert refused.value.fields["field"] == field


def test_a_head_records_for_the_own_unit_and_nobody_else_does() -> None:
    officer, head = shared_firm(), person("reviewer")
    mine, other = Unit.objects.order_by("name")[:2]
    change_unit(officer, unit=mine, name=mine.name, kind=mine.kind, headcount=3, head=head)
    sent = {"kind": "drill", "topic": "Alarm", "on": timezone.localdate().isoformat(), "people": "1", "minutes": ""}
    client = signed_in(head)
    assert client.post(f"/guidelines/units/{mine.pk}/record", sent).status_code == 302
    assert client.post(f"/guidelines/units/{mine.pk}/record", {**sent, "people": "4"}).status_code == 422
    assert client.post(f"/guidelines/units/{other.pk}/record", sent).status_code == 403
    assert client.post(f"/guidelines/units/{mine.pk}/people", {"person": head.pk}).status_code == 403


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_pages(language: str) -> None:
    officer = firm_of()
    client = signed_in(officer, language)
    assert client.get("/guidelines/units").status_code == 200
    assert client.post("/guidelines/units/usual").status_code == 302
    assert client.post("/guidelines/units/share-out").status_code == 302
    sent = {"name": "<b>", "kind": "legal", "headcount": "2"}
    assert client.post("/guidelines/units/add", {**sent, "headcount": "0"}).status_code == 422
    assert client.post("/guidelines/units/add", sent).status_code == 302
    unit = Unit.objects.get(name="<b>")
    page = client.get(f"/guidelines/units/{unit.pk}").content.decode()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert client.post(f"/guidelines/units/{unit.pk}/people", {"person": officer.pk}).status_code == 302
    assert queries.people(unit) == [officer]
    assert client.post(f"/guidelines/units/{unit.pk}/people", {"leave": officer.pk}).status_code == 302
    assert client.post(f"/guidelines/units/{unit.pk}/people", {"leave": officer.pk}).status_code == 404
    changed = {**sent, "name": "Legal", "is_active": "on", "head": officer.pk}
    assert client.post(f"/guidelines/units/{unit.pk}/change", {**changed, "deputy": officer.pk}).status_code == 422
    assert client.post(f"/guidelines/units/{unit.pk}/change", changed).status_code == 302
    board = client.get("/guidelines").content.decode()
    assert board.count('class="chip stop"') == 2 * 2 + 1, "two units without anybody, one without a deputy"


def test_the_board_counts_each_unit() -> None:
    officer = shared_firm()
    unit = Unit.objects.get(kind="moderation")
    line = queries.duties(unit)[0].line
    said(officer, line=line.id, level=3)
    (row,) = [row for row in queries.rollup("en") if row.unit == unit]
    assert (row.standing.met, row.standing.applies) == (1, len(queries.duties(unit)))
    assert queries.duties(unit)[-1].line == line, "what is met stands last"


@pytest.mark.parametrize("language", ["en", "km"])
def test_a_duty_sheet_is_one_page_with_the_longest_duties(language: str) -> None:
    officer = firm_of("mno")
    unit = add_unit(
        officer, name="អង្គភាពធ្វើគ្រប់យ៉ាង / Everything and everybody", kind="management", headcount=3, head=officer
    )
    share_out(officer)
    # The twelve with the longest words in this language come first, so that no other unit's sheet is longer.
    longest = sorted(lines(), key=lambda line: -len(line.text.in_(language)))[:MOST]
    Answer.objects.exclude(line_id__in=[line.id for line in longest]).update(unit=None)
    client = signed_in(officer, "en")
    made = client.get(f"/guidelines/units/{unit.pk}/sheet.{language}.pdf")
    assert sheets(made.content) == 1
    assert client.get(f"/guidelines/units/{unit.pk}/sheet.xx.pdf").status_code == 404
