# SPDX-License-Identifier: Apache-2.0
"""What the child's door witnesses: each proof unknown at first, then green, then red for its own cause."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from krama.guidelines.live import Seen
from krama.learning import lessons
from krama.server.detections.scanner import identifiers
from krama.server.intake import proofs
from krama.server.intake.actions import collect, take
from krama.server.intake.actions.write_back import say_state, write_back
from krama.server.intake.models import Report, Topic
from krama.server.intake.weight import page_bytes
from tests.server.builders import person
from tests.server.intake.visit import Visit, told

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def later(**time: float) -> datetime:
    return timezone.now() + timedelta(**time)


def collected(report: Report | None = None) -> Report:
    report = report or Report.objects.latest("at")
    collect.mark_collected([report], identifiers())
    return report


def a_test() -> Report:
    answers: dict[str, str] = {}
    return take.take(take.PUBLIC, pk=uuid4(), topic=Topic.TEST, door="page", language="km", answers=answers)


@pytest.mark.parametrize("proof_id", sorted(proofs.PROOFS))
def test_on_an_empty_installation_nothing_is_known(proof_id: str) -> None:
    assert proofs.PROOFS[proof_id](timezone.now()).state == "unknown"


def test_a_report_at_the_door_is_late_after_a_minute_and_in_time_once_it_moved_in() -> None:
    told(words="One")
    assert proofs.reports_taken_in(later(seconds=30)).state == "unknown"  # it may still get there
    late = proofs.reports_taken_in(later(seconds=65))
    assert (late.state, late.figures["late"]) == ("fail", 1)
    assert late.figures["seconds"] in range(65, 70)
    collected()
    assert proofs.reports_taken_in(later(seconds=65)).state == "pass"


def test_an_addition_at_the_door_is_late_too() -> None:
    code = told(words="One").code
    collected()
    Visit().send(do="open").send(do="open", code=code).send(do="more", answer="More")
    assert proofs.reports_taken_in(later(seconds=30)).state == "pass"
    assert proofs.reports_taken_in(later(seconds=65)).figures["added"] == 1
    assert proofs.reports_taken_in(later(seconds=65)).state == "fail"


def test_whoever_has_a_code_is_answered_in_a_day() -> None:
    told(words="One")
    report = collected()
    assert proofs.reports_answered(later(hours=23)).state == "unknown"
    late = proofs.reports_answered(later(hours=25))
    assert (late.state, late.figures["late"], late.figures["hours"]) == ("fail", 1, 25)
    write_back(person("officer"), report=report, text="Thank you.")
    assert proofs.reports_answered(later(hours=25)).state == "pass"


def test_who_has_no_code_or_took_it_back_and_a_test_are_not_waited_for() -> None:
    told(words="Answered")
    write_back(person("officer"), report=collected(), text="Thank you.")
    Visit().send(topic="other").send(do="send").send(do="no-code")
    a_test()
    code = told(words="Two").code
    assert proofs.reports_answered(later(hours=25)).figures["late"] == 1
    Visit().send(do="open").send(do="open", code=code).send(do="withdraw")
    assert proofs.reports_answered(later(hours=25)).state == "pass"


def test_an_answer_dated_ahead_by_a_wrong_clock_shows_nothing() -> None:
    told(words="One")
    report = collected()
    Report.objects.filter(pk=report.pk).update(answered_at=later(hours=5))
    assert proofs.reports_answered(timezone.now()).state == "unknown"


def test_the_page_is_light_and_a_heavy_one_is_seen_red(settings: pytest.FixtureRequest) -> None:
    told(words="One")
    light: Seen = proofs.report_page_light(timezone.now())
    assert light.state == "pass"
    assert 5 < float(light.figures["km"] or 0) < 30
    settings.KRAMA_EXIT_URL = "/time?" + "x" * 20_000  # type: ignore[attr-defined]
    assert proofs.report_page_light(timezone.now()).state == "fail"


def test_what_is_weighed_is_what_a_visitor_gets() -> None:
    km, en = (len(Visit(f"/report?lang={language}").response.content) for language in ("km", "en"))
    weighed = page_bytes()
    assert abs((weighed["km"] - weighed["en"]) - (km - en)) < 100  # the sealed token differs by a few letters


def test_a_test_counts_once_a_person_opened_it_and_for_a_month() -> None:
    report = collected(a_test())
    assert proofs.door_tested(timezone.now()).state == "unknown"  # it went in, and nobody looked
    say_state(person("officer"), report=report, state=Report.State.READ)
    assert proofs.door_tested(timezone.now()).state == "pass"
    assert proofs.door_tested(later(days=30)).state == "pass"
    assert proofs.door_tested(later(days=32)).state == "fail"


def test_a_child_s_report_is_no_test_of_the_door() -> None:
    told(words="One")
    say_state(person("officer"), report=collected(), state=Report.State.READ)
    assert proofs.door_tested(timezone.now()).state == "unknown"


def test_all_texts_must_have_been_read(monkeypatch: pytest.MonkeyPatch) -> None:
    first = lessons()[0]
    monkeypatch.setattr(proofs, "awaits_reader", lambda one: one is not first)
    some = proofs.texts_reviewed(timezone.now())
    assert (some.state, some.figures["unread"]) == ("fail", some.figures["texts"] - 1)  # type: ignore[operator]
    monkeypatch.setattr(proofs, "awaits_reader", lambda _one: False)
    assert proofs.texts_reviewed(timezone.now()).state == "pass"
