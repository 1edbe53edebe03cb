# SPDX-License-Identifier: Apache-2.0
"""Five alike reports in a week raise one wave, once; it grows, ends, and a person releases or drops its warning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from krama.errors import BadHome, BadInput, Conflict, NotAllowed
from krama.server.cases import waves as seen
from krama.server.cases.actions.waves import answer, edit
from krama.server.cases.erasure import erase
from krama.server.cases.models import Wave
from krama.server.cases.waves import watch, watched, why_answered
from krama.server.intake.models import Report
from krama.server.site.clocks import waves
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


def reports(count: int, topic: str = "bullying", *, ago: float = 1, **facts: Any) -> None:
    """So many that came so many days ago, a minute apart."""
    at = NOW - timedelta(days=ago)
    Report.objects.bulk_create(
        Report(
            id=uuid4(),
            at=at + timedelta(minutes=number),
            door="page",
            topic=topic,
            words_key=uuid4().hex,
            collected_at=at,
            **facts,
        )
        for number in range(count)
    )


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)


def client_of(role: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(builders.person(role))
    return client


def test_four_raise_nothing_and_the_fifth_raises_one() -> None:
    reports(4)
    assert watch(NOW) == 0
    reports(1, ago=0)
    assert watch(NOW) == 1
    wave = Wave.objects.get()
    assert (wave.topic, wave.count, wave.book, wave.answer) == ("bullying", 5, "cyberbullying", "waiting")
    assert wave.text_en
    assert wave.text_km
    entry = Entry.objects.get(event="wave:raised")
    assert entry.details == {"count": 5}


def test_only_alike_ones_count_those_of_this_week_that_nobody_took_back_and_not_the_same_words_again() -> None:
    reports(3, "bullying")
    reports(3, "threat")
    reports(5, "bullying", ago=8)
    Report.objects.filter(at__lt=NOW - timedelta(days=7, hours=20)).update(topic="other")
    assert watch(NOW) == 0
    reports(4, "approach")
    reports(1, "approach", withdrawn_at=NOW)
    reports(1, "approach")
    Report.objects.filter(pk=Report.objects.filter(topic="approach").latest("at").pk).update(collected_at=None)
    assert watch(NOW) == 0
    reports(1, "saw")
    Report.objects.filter(topic="saw").update(words_key="the same")
    for _again in range(6):
        reports(1, "saw")
    Report.objects.filter(topic="saw").update(words_key="the same")
    assert watch(NOW) == 0
    assert Wave.objects.count() == 0


def test_a_test_and_what_is_about_anything_raise_no_wave() -> None:
    assert set(watched()) == {"bullying", "threat", "approach", "saw"}
    for topic in ("test", "other", "danger"):
        reports(9, topic)
    assert watch(NOW) == 0


def test_it_grows_while_it_lasts_and_is_never_raised_twice() -> None:
    reports(5, ago=3)
    assert watch(NOW) == 1
    reports(7, ago=1)
    assert watch(NOW) == 0
    assert Wave.objects.get().count == 12
    assert watch(later(2)) == 0
    assert Wave.objects.get().ended_at is None


def test_when_such_reports_stop_it_ends_and_its_own_reports_raise_no_second_one() -> None:
    reports(9, ago=1)
    watch(NOW)
    assert watch(later(7)) == 0
    assert Wave.objects.get().ended_at == later(7)
    assert Entry.objects.filter(event="wave:ended").count() == 1
    assert watch(later(7)) == 0
    assert watch(NOW) == 0  # a clock that was set back finds no wave in reports that were one
    reports(5, ago=-7.5)
    assert watch(later(8)) == 1
    assert Wave.objects.get(ended_at=None).count == 5


def test_the_row_itself_keeps_two_workers_from_raising_the_same() -> None:
    reports(5)
    found = seen.alike("bullying", NOW - timedelta(days=7), NOW)
    assert found
    book = watched()["bullying"]
    assert [seen._raise("bullying", book, found, NOW) for _worker in range(2)] == [1, 0]
    assert Wave.objects.count() == 1
    assert Entry.objects.filter(event="wave:raised").count() == 1


def test_the_setting_says_how_many_in_how_many_days(settings: Any) -> None:
    settings.KRAMA_WAVES = waves("reports=3,days=2")
    reports(3, ago=1)
    assert watch(NOW) == 1
    for wrong in ("reports=0", "reports=2.5", "five=5", "days=never", "reports=5000"):
        with pytest.raises(BadHome):
            waves(wrong)


def test_a_look_reads_a_few_rows_by_the_index_however_many_reports_there_are() -> None:
    reports(3_000, ago=6)
    watch(NOW)
    with CaptureQueriesContext(connection) as asked:
        watch(NOW)
    assert len(asked) <= 3 * len(watched())
    question = seen.of_topic("bullying").filter(at__gt=NOW - timedelta(days=7)).order_by("-at")[:5]
    if connection.vendor == "sqlite":
        assert "report_alike" in question.explain()


def test_a_person_releases_it_once_with_a_reason_in_their_own_words() -> None:
    reports(5)
    watch(NOW)
    lead, wave = builders.person("lead"), Wave.objects.get()
    with pytest.raises(NotAllowed):
        answer(builders.person("reviewer"), wave=wave, release=True, reason="Yes.")
    with pytest.raises(BadInput):
        answer(lead, wave=wave, release=True, reason=" ")
    edit(lead, wave=wave, english="Be kind.", khmer="សូមមានចិត្តល្អ។")
    with pytest.raises(BadInput):
        edit(lead, wave=wave, english="", khmer="សូមមានចិត្តល្អ។")
    answer(lead, wave=wave, release=True, reason="It helps the others.")
    wave.refresh_from_db()
    assert (wave.answer, wave.text_en, wave.answered_by) == ("released", "Be kind.", lead.actor_id)
    assert why_answered(wave) == "It helps the others."
    assert b"helps" not in bytes(wave.sealed_reason or b"")
    for again in (True, False):
        with pytest.raises(Conflict):
            answer(lead, wave=wave, release=again, reason="Again.")
    with pytest.raises(Conflict):
        edit(lead, wave=wave, english="Other.", khmer="ផ្សេង។")
    assert [entry.event for entry in Entry.objects.filter(subject_kind="wave").order_by("at")] == [
        "wave:raised",
        "wave:edited",
        "wave:released",
    ]


def test_one_that_was_dropped_stays_dropped_while_it_grows() -> None:
    reports(5)
    watch(NOW)
    answer(builders.person("officer"), wave=Wave.objects.get(), release=False, reason="A joke of a class.")
    reports(5, ago=0.5)
    assert watch(NOW) == 0
    wave = Wave.objects.get()
    assert (wave.answer, wave.count) == ("dropped", 10)


def test_when_its_compartment_goes_the_reason_goes() -> None:
    reports(5)
    watch(NOW)
    wave = answer(builders.person("officer"), wave=Wave.objects.get(), release=False, reason="A joke.")
    assert wave.compartment_id is not None
    erase(wave.compartment_id)
    wave.refresh_from_db()
    assert wave.sealed_reason is None


def test_the_pages_show_figures_without_anybody_and_take_the_answer() -> None:
    reports(5)
    watch(NOW)
    wave, officer = Wave.objects.get(), client_of("officer")
    assert f"/waves/{wave.pk}" in officer.get("/today").content.decode()
    assert f"/waves/{wave.pk}" not in client_of("reviewer").get("/today").content.decode()
    assert f"/waves/{wave.pk}" in officer.get("/waves").content.decode()
    page = officer.get(f"/waves/{wave.pk}").content.decode()
    assert "Cyberbullying" in page
    assert wave.text_km in page
    assert 'name="act"' not in client_of("reviewer").get(f"/waves/{wave.pk}").content.decode()
    at, said = f"/waves/{wave.pk}/answer", {"english": "Be kind.", "khmer": "សូមមានចិត្តល្អ។"}
    assert officer.post(at, said | {"act": "release"}).status_code == 422
    assert officer.post(at, said | {"act": "save"}).status_code == 302
    assert client_of("reviewer").post(at, said | {"act": "save"}).status_code == 403
    assert officer.post(at, said | {"act": "release", "reason": "It helps."}).status_code == 302
    assert officer.post(at, said | {"act": "drop", "reason": "It helps."}).status_code == 409
    shown = officer.get(f"/waves/{wave.pk}").content.decode()
    assert "Be kind." in shown
    assert "It helps." in shown
    assert officer.get(f"/waves/{uuid4()}").status_code == 404
