# SPDX-License-Identifier: Apache-2.0
"""The wizard of six screens, what applies and why, the picture and the first three things."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from krama.guidelines import Profile, applicable, shipped
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.models import Answer, FirmProfile
from krama.server.assessments.queries import board
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from tests.server.builders import person

SECTORS = ("sm", "isp", "mno", "host", "cont", "dev")
WIZARD = "/guidelines/profile"


def officer() -> tuple[Any, Client]:
    """The officer, signed in."""
    who = person("officer")
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.force_login(who)
    return who, client


def usual(sector: str) -> dict[str, Any]:
    """What a firm of one sector usually says."""
    features = next(word.features for word in shipped().words.sectors if word.id == sector)
    said = {"sectors": [sector], "features": features, "users": ["children"], "size": "small", "languages": ["km"]}
    return {"firm_en": "Demo firm", "firm_km": "", **said}


def walked(client: Client, sector: str) -> dict[str, Any]:
    """Each screen as it is offered, sent on unchanged; the fields of the last one."""
    answer = client.get(WIZARD, {"sector": sector})
    for screen in range(1, 6):
        form = answer.context["form"]
        data: dict[str, Any] = dict(_grouped(answer.context["hidden"]))
        (name,) = form.fields
        data[name] = form.initial[name]
        answer = client.get(WIZARD, {**data, "step": screen + 1})
        assert answer.status_code == 200
    return dict(_grouped(answer.context["hidden"]))


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.django_db
def test_six_screens_with_sensible_ticks_lead_to_the_first_three_things() -> None:
    _who, client = officer()
    answer = client.post(WIZARD, {**walked(client, "isp"), "firm_en": "Demo firm"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/guidelines/first")
    row = FirmProfile.objects.get()
    assert (row.number, row.sectors, row.features) == (1, ["isp"], ["network-filtering"])
    assert len(client.get("/guidelines/first").context["steps"]) == 3


@pytest.mark.django_db
def test_a_screen_left_empty_says_what_is_missing_and_saves_nothing() -> None:
    _who, client = officer()
    answer = client.get(WIZARD, {"step": "3"})
    assert answer.status_code == 422
    assert answer.context["screen"] == 1
    assert client.post(WIZARD, {"firm_en": "Demo firm"}).status_code == 302
    assert not FirmProfile.objects.exists()


@pytest.mark.django_db
def test_a_name_left_empty_keeps_all_that_was_chosen() -> None:
    _who, client = officer()
    answer = client.post(WIZARD, {**walked(client, "host"), "firm_en": " "})
    assert answer.status_code == 422
    assert ("sector", "host") in answer.context["hidden"]
    assert not FirmProfile.objects.exists()


@pytest.mark.django_db
def test_only_the_officer_changes_it_and_everybody_reads() -> None:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person("reviewer"))
    assert client.post(WIZARD, {"firm_en": "Demo firm"}).status_code == 403
    assert client.get("/guidelines").status_code == 200
    assert client.get("/guidelines/applies").status_code == 200


@pytest.mark.django_db
def test_every_line_that_applies_gets_a_place_for_its_answer_and_the_trail_says_who() -> None:
    who, _client = officer()
    save_profile(who, **usual("mno"))
    given = usual("mno")
    firm = Profile(
        frozenset(["mno"]), frozenset(given["features"]), frozenset(["children"]), "small", frozenset(["km"])
    )
    assert set(Answer.objects.values_list("line_id", flat=True)) == {line.id for line in applicable(shipped(), firm)}
    assert Entry.objects.filter(event=Event.PROFILE_SAVED, actor_id=str(who.pk)).count() == 1


@pytest.mark.django_db
def test_no_two_sectors_have_the_same_set_and_each_has_a_next_step_of_its_own() -> None:
    who, _client = officer()
    sets, steps = [], []
    for sector in SECTORS:
        save_profile(who, **usual(sector))
        sets.append(frozenset(gap.line.id for gap in board.found_gaps()))
        (card,) = board.sector_cards("en")
        assert card.step is not None
        steps.append(card.step.id)
    assert len(set(sets)) == len(set(steps)) == len(SECTORS)


@pytest.mark.django_db
def test_a_second_walk_shows_what_comes_and_goes_before_it_is_saved() -> None:
    who, client = officer()
    save_profile(who, **usual("isp"))
    last = client.get(WIZARD, {**walked(client, "host"), "step": "6"})
    assert last.context["changes"]["added"]
    assert FirmProfile.objects.count() == 1


@pytest.mark.django_db
def test_the_picture_counts_what_is_answered_met_and_set_aside() -> None:
    who, client = officer()
    save_profile(who, **usual("isp"))
    first, second, third = Answer.objects.order_by("line_id")[:3]
    Answer.objects.filter(pk=first.pk).update(level=3)
    Answer.objects.filter(pk=second.pk).update(level=1)
    Answer.objects.filter(pk=third.pk).update(set_aside=True, why_aside="We have no shops.")
    pillars = client.get("/guidelines").context["pillars"]
    assert sum(one.met for one in pillars) == 1
    assert sum(one.answered for one in pillars) == 2
    assert sum(one.aside for one in pillars) == 1
    assert sum(one.applies for one in pillars) == Answer.objects.count() - 1


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "km"])
def test_the_picture_is_printed_in_both_languages(language: str) -> None:
    who, client = officer()
    address = f"/guidelines/board.{language}.pdf"
    assert client.get(address).status_code == 404, "there is no picture before a profile"
    save_profile(who, **usual("sm"))
    assert client.get(address).content.startswith(b"%PDF")
    assert client.get("/guidelines/board.fr.pdf").status_code == 404


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_one_moment_get_two_numbers() -> None:
    who, _client = officer()
    failed: list[BaseException] = []

    def save() -> None:
        try:
            save_profile(who, **usual("dev"))
        except BaseException as problem:  # the thread's own fault, told below
            failed.append(problem)
        finally:
            connection.close()

    both = [threading.Thread(target=save) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert failed == []
    assert sorted(FirmProfile.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
