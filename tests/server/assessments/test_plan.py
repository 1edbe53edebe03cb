# SPDX-License-Identifier: Apache-2.0
"""Gaps in the order of the harm, a plan with people and days, and what waits for each person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.guidelines import shipped
from krama.guidelines.scoring import urgency
from krama.server.accounts.units import add_unit
from krama.server.assessments.actions.answers import give_proof, hand
from krama.server.assessments.actions.papers import approve, write
from krama.server.assessments.actions.plan import FIRST_GAPS, add_task, change_task, drop_task, fill_plan, finish_task
from krama.server.assessments.models import Answer, PlanTask
from krama.server.assessments.queries import plan as queries
from krama.server.trail.models import Entry
from tests.server.assessments.made_answers import LINE, firm_of, said, signed_in
from tests.server.builders import person

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + timedelta(days=1)


def test_gaps_stand_in_the_order_of_the_harm_and_then_of_the_effort() -> None:
    firm_of()
    held = shipped()
    order = [urgency(held, line) for gap in queries.gaps("en") if (line := held.line(gap.id))]
    assert order == sorted(order)
    assert len(order) > FIRST_GAPS


def test_filling_the_plan_takes_the_first_ten_gaps_with_their_unit_and_a_day_by_effort() -> None:
    officer = firm_of()
    first = queries.gaps("en")[0]
    unit = add_unit(officer, name="Care", kind="customer-care")
    hand(officer, line_id=first.id, owner=officer, unit=unit, review_on=None)
    assert fill_plan(officer) == FIRST_GAPS
    row = PlanTask.objects.get(line_id=first.id)
    assert (row.unit, row.owner, row.due_on) == (unit, officer, first.due_on)
    assert fill_plan(officer) == FIRST_GAPS, "the next ten, none twice"
    assert PlanTask.objects.values("line_id").distinct().count() == 2 * FIRST_GAPS


def test_the_same_step_stands_once_and_may_come_again_when_it_was_done() -> None:
    officer = firm_of()
    task = add_task(officer, line_id=LINE, due_on=TOMORROW)
    with pytest.raises(Conflict, match="already"):
        add_task(officer, line_id=LINE, due_on=TOMORROW)
    finish_task(officer, task=task)
    add_task(officer, line_id=LINE, due_on=TOMORROW)


def test_a_step_is_done_with_its_proof_or_dropped_with_a_reason_once() -> None:
    officer = firm_of()
    task = add_task(officer, line_id=LINE, text="Write the letter", due_on=TOMORROW)
    given: dict[str, Any] = {"proof_id": "appointment", "kind": "person", "title": "Seen", "said": "on the wall"}
    proof = give_proof(officer, line_id=LINE, **given)
    other = give_proof(officer, line_id="a1.written-policy", **{**given, "proof_id": "policy-file"})
    with pytest.raises(BadInput):
        finish_task(officer, task=task, proof=other)
    assert finish_task(officer, task=task, proof=proof).proof == proof
    with pytest.raises(Conflict):
        drop_task(officer, task=task, why="late")
    second = add_task(officer, line_id=LINE, due_on=TOMORROW)
    with pytest.raises(BadInput):
        drop_task(officer, task=second, why=" ")
    drop_task(officer, task=second, why="no money")
    counted = queries.progress()
    assert (counted.met, counted.applies) == (1, 1), "what was dropped is not done"
    assert Entry.objects.filter(event__startswith="task:").count() == 4


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "x" * 301}, "text"),
        ({"due_on": timezone.localdate() - timedelta(days=1)}, "due_on"),
    ],
)
def test_what_is_no_step_is_refused_with_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        add_task(firm_of(), line_id=LINE, **{"due_on": TOMORROW, **wrong})
    assert refused.value.fields["field"] == field


def test_a_line_that_is_not_there_has_no_step() -> None:
    with pytest.raises(NotFound):
        add_task(firm_of(), line_id="no.such", due_on=TOMORROW)


def late(task: PlanTask) -> None:
    """Its day has passed."""
    PlanTask.objects.filter(pk=task.pk).update(due_on=timezone.localdate() - timedelta(days=1))


def test_a_late_step_may_keep_its_day_when_something_else_of_it_changes() -> None:
    officer = firm_of()
    task = add_task(officer, line_id=LINE, due_on=TOMORROW)
    late(task)
    task.refresh_from_db()
    assert queries.late().count() == 1
    change_task(officer, task=task, text="again", owner=None, unit=None, due_on=task.due_on)
    assert queries.tasks("en")[0].late


def test_today_reminds_the_owner_or_the_head_of_the_unit_and_nobody_else() -> None:
    officer, head, other = firm_of(), person("reviewer"), person("reviewer")
    unit = add_unit(officer, name="Care", kind="customer-care", head=head)
    late(add_task(officer, line_id=LINE, text="Late step", unit=unit, due_on=TOMORROW))
    add_task(officer, line_id=LINE, text="Far step", unit=unit, due_on=TOMORROW + timedelta(days=60))
    hand(officer, line_id="a1.written-policy", owner=head, unit=None, review_on=TOMORROW)
    waiting = queries.waiting_for(head, "en")
    assert [one.text for one in waiting.tasks] == ["Late step"]
    assert [row.line_id for row, _text, _late in waiting.reviews] == ["a1.written-policy"]
    assert not queries.waiting_for(other, "en")
    for path in ("/today", "/guidelines/mine"):
        assert "Late step" in signed_in(head).get(path).content.decode()
        assert "Late step" not in signed_in(other).get(path).content.decode()


def test_a_step_of_somebody_who_left_waits_for_who_leads_the_unit_and_else_for_the_officer() -> None:
    officer, gone, deputy = firm_of(), person("reviewer"), person("reviewer")
    unit = add_unit(officer, name="Care", kind="customer-care", head=gone, deputy=deputy)
    add_task(officer, line_id=LINE, text="Of the unit", owner=gone, unit=unit, due_on=TOMORROW)
    add_task(officer, line_id=LINE, text="Of nobody", owner=gone, due_on=TOMORROW)
    assert not queries.waiting_for(officer, "en"), "as long as its person works here"
    for one, texts in ((gone, []), (deputy, ["Of the unit"]), (officer, ["Of nobody"])):
        if one is gone:
            gone.is_active = False
            gone.save()
            continue
        assert [task.text for task in queries.waiting_for(one, "en").tasks] == texts
    deputy.is_active = False
    deputy.save()
    assert {task.text for task in queries.waiting_for(officer, "en").tasks} == {"Of the unit", "Of nobody"}


def test_only_who_may_put_a_gap_into_the_plan_is_offered_it() -> None:
    officer, head = firm_of(), person("reviewer")
    first, second = queries.gaps("en")[:2]
    unit = add_unit(officer, name="Care", kind="customer-care", head=head)
    hand(officer, line_id=first.id, owner=None, unit=unit, review_on=None)
    page = signed_in(head).get("/guidelines/gaps").content.decode()
    assert f"?line={first.id}" in page
    assert f"?line={second.id}" not in page
    assert f"?line={second.id}" in signed_in(officer).get("/guidelines/gaps").content.decode()


def test_the_plan_is_read_by_unit_and_by_person() -> None:
    officer = firm_of()
    unit = add_unit(officer, name="Care", kind="customer-care")
    late(add_task(officer, line_id=LINE, text="Care's", unit=unit, due_on=TOMORROW))
    finish_task(officer, task=add_task(officer, line_id=LINE, text="Done", unit=unit, due_on=TOMORROW))
    add_task(officer, line_id=LINE, text="Nobody's", owner=officer, due_on=TOMORROW)
    first, nobody = queries.shares("unit")
    assert (first.pk, first.name, first.all, first.done, first.late) == (unit.pk, "Care", 2, 1, 1)
    assert (nobody.pk, nobody.name, nobody.all) == (None, "", 1)
    assert [one.all for one in queries.shares("owner")] == [1, 2]
    client = signed_in(officer)
    assert "Nobody&#x27;s" not in client.get("/guidelines/plan", {"unit": str(unit.pk)}).content.decode()
    assert "Nobody&#x27;s" in client.get("/guidelines/plan", {"unit": ""}).content.decode()
    assert client.get("/guidelines/plan", {"unit": "nonsense"}).status_code == 404


def test_who_works_in_a_unit_is_reminded_of_the_papers_to_sign() -> None:
    officer, member = firm_of(), person("reviewer")
    member.unit = add_unit(officer, name="Care", kind="customer-care", headcount=2)
    member.save()
    write(officer, kind="policy")
    approve(person("lead"), kind="policy", number=1)
    assert [kind for kind, _title in queries.unsigned(member)] == ["policy"]
    assert queries.unsigned(officer) == []


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_pages(language: str) -> None:
    officer = firm_of()
    client = signed_in(officer, language)
    assert client.get("/guidelines/gaps").status_code == 200
    assert client.get("/guidelines/plan/add", {"line": "no.such"}).status_code == 404
    assert client.get("/guidelines/plan/add", {"line": LINE}).status_code == 200
    sent = {"line": LINE, "text": "<b>", "due_on": TOMORROW.isoformat(), "back": "gaps"}
    assert client.post("/guidelines/plan/add", {**sent, "due_on": "2020-01-01"}).status_code == 422
    assert client.post("/guidelines/plan/add", sent)["Location"] == "/guidelines/gaps"
    assert client.post("/guidelines/plan/fill").status_code == 302
    task = PlanTask.objects.get(text="<b>")
    address = f"/guidelines/plan/{task.pk}"
    assert "&lt;b&gt;" in client.get(address).content.decode()
    assert client.post(address, {"do": "drop", "why": ""}).status_code == 422
    assert client.post(address, {"text": "B", "due_on": ""}).status_code == 422
    assert client.post(address, {"text": "B", "due_on": TOMORROW.isoformat()}).status_code == 302
    assert client.post(address, {"do": "finish", "proof": ""}).status_code == 302
    assert client.post(address, {"do": "finish", "proof": ""}).status_code == 409
    assert client.get("/guidelines/plan").status_code == 200
    stranger = signed_in(person("reviewer"), language)
    assert stranger.post(address, {"do": "finish"}).status_code == 403
    assert stranger.get("/guidelines/mine").status_code == 200


def test_a_met_line_is_no_gap(django_assert_max_num_queries: Callable[..., Any]) -> None:
    officer = firm_of()
    first = queries.gaps("en")[0]
    said(officer, line=first.id, level=3)
    assert first.id not in [gap.id for gap in queries.gaps("en")]
    assert Answer.objects.get(line_id=first.id).level == 3
    with django_assert_max_num_queries(12):
        queries.gaps("en")
