# SPDX-License-Identifier: Apache-2.0
"""Somebody is woken: step by step until one takes it; the whole team asleep; the hard stop; clocks set by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from krama.errors import NotFound
from krama.server.callout import queries
from krama.server.callout.actions.raise_alarm import collect, hard_hours
from krama.server.callout.actions.take import AlarmOver, TakenBefore, take_by_link, take_here
from krama.server.callout.models import Alarm, Call
from krama.server.callout.pages.show import alarm_rows
from krama.server.cases.actions.decide import note_view
from krama.server.cases.actions.regroup import merge, split
from krama.server.cases.actions.sight import declare
from krama.server.cases.collecting.collect import mark_emergency
from krama.server.cases.models import Case, Recusal
from krama.server.cases.reach import visible
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.callout.ground import Channels, Clock, emergency, rounds, tree

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def calls(step: int | None = None) -> list[Call]:
    rows = Call.objects.order_by("at", "step")
    return list(rows if step is None else rows.filter(step=step))


def events(ref: str) -> list[str]:
    rows = Entry.objects.filter(subject_kind="case", subject_id=ref, event__startswith="alarm:")
    return list(rows.order_by("at").values_list("event", flat=True))


def by_link(token: str) -> Alarm:
    call = queries.call_of(token)
    assert call is not None
    return take_by_link(call)


def test_an_emergency_raises_one_alarm_and_calls_the_first_step(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("reviewer"), "mail")], [(builders.person("officer"), "mail")])
    case = emergency()
    rounds()
    assert Alarm.objects.get().case == case
    assert [call.step for call in calls()] == [1]
    (envelope,) = channels.mails
    assert envelope.rcpt_tos == ["on-call@firm.example"]
    mark_emergency(case)
    rounds()
    assert Alarm.objects.count() == len(channels.mails) == 1


def test_what_is_no_emergency_wakes_nobody(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person(), "mail")])
    builders.case()
    rounds()
    assert not Alarm.objects.exists()


def test_the_next_step_is_called_after_the_minutes_of_the_first(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person(), "mail")], [(builders.person("officer"), "sms")], minutes=5)
    emergency()
    rounds()
    clock.go(minutes=4, seconds=59)
    rounds()
    assert channels.sms.got == []
    clock.go(seconds=2)
    rounds()
    assert len(channels.sms.got) == 1


def test_the_whole_team_asleep_it_begins_again_from_the_top_and_today_is_red(clock: Clock, channels: Channels) -> None:
    reader = builders.person("officer")
    tree(channels, [(builders.person(), "mail")], [(reader, "mail")], minutes=5)
    case = emergency()
    for _ in range(7):
        rounds()
        clock.go(minutes=5, seconds=1)
    alarm = Alarm.objects.get()
    assert (alarm.round, [call.step for call in calls()]) == (4, [1, 2, 1, 2, 1, 2, 1])
    (row,) = alarm_rows(reader)
    assert row["is_red"]
    assert "began again from the top" in row["sentence"]
    assert events(case.ref).count("alarm:again") == 3


def test_whoever_takes_it_is_in_the_trail_and_nobody_else_is_called(clock: Clock, channels: Channels) -> None:
    person = builders.person("officer")
    tree(channels, [(person, "mail")], [(builders.person(), "sms")])
    case = emergency()
    rounds()
    clock.go(minutes=1)
    by_link(channels.links()[0])
    note_view(person, case=case)
    for _ in range(5):
        clock.go(minutes=30)
        rounds()
    alarm = Alarm.objects.get()
    assert (alarm.taken_by, alarm.by_link, alarm.ring_at) == (person, True, None)
    assert alarm.opened_at is not None
    assert channels.sms.got == []
    assert events(case.ref) == ["alarm:raised", "alarm:called", "alarm:taken"]
    taken = Entry.objects.get(event="alarm:taken")
    assert (taken.actor_id, taken.details) == (person.actor_id, {"by": "link", "seconds": 60, "round": 1})


def test_taken_and_not_opened_it_goes_on_with_the_next_step(clock: Clock, channels: Channels) -> None:
    person, reader = builders.person(), builders.person("lead")
    tree(channels, [(person, "mail")], [(reader, "sms")])
    case = emergency()
    rounds()
    by_link(channels.links()[0])
    clock.go(minutes=14)
    rounds()
    assert "has not opened" in alarm_rows(reader)[0]["sentence"]
    clock.go(minutes=2)
    rounds()
    assert Alarm.objects.get().taken_by is None
    assert len(channels.sms.got) == 1
    assert "alarm:lapsed" in events(case.ref)


def test_two_people_take_it_one_has_it_and_the_other_is_told_who(clock: Clock, channels: Channels) -> None:
    one, other = builders.person("officer", name="Bopha"), builders.person("lead")
    tree(channels, [(one, "mail"), (other, "mail")])
    emergency()
    rounds()
    first, second = channels.links()
    assert by_link(first).taken_by == by_link(first).taken_by
    with pytest.raises(TakenBefore) as told:
        by_link(second)
    taker = Alarm.objects.get().taken_by
    assert taker is not None
    assert told.value.by == taker.name
    assert Entry.objects.filter(event="alarm:taken").count() == 1


def test_a_reviewer_who_came_may_open_the_case(clock: Clock, channels: Channels) -> None:
    """Every emergency is restricted: without being let in, whoever came could do nothing."""
    person, _officer, _lead = builders.person(), builders.person("officer"), builders.person("lead")
    tree(channels, [(person, "mail")])
    case = emergency()
    case.sensitivity = "restricted"
    case.save()
    rounds()
    assert not visible(person).filter(pk=case.pk).exists()
    by_link(channels.links()[0])
    assert visible(person).filter(pk=case.pk).exists()
    assert Entry.objects.filter(event="case:named").count() == 1


def test_nobody_who_is_kept_out_of_the_case_is_called_or_takes_it(clock: Clock, channels: Channels) -> None:
    kept, other = builders.person("officer"), builders.person("lead")
    builders.person("officer")
    tree(channels, [(kept, "mail")], [(other, "sms")])
    case = emergency()
    declare(kept, case=case, ground=Recusal.Ground.FRIEND)
    rounds()
    assert (channels.mails, len(channels.sms.got)) == ([], 1)
    with pytest.raises(NotFound):
        take_here(kept, alarm=Alarm.objects.get().pk)
    assert alarm_rows(kept) == []


def test_who_was_called_and_is_kept_out_since_cannot_take_it(clock: Clock, channels: Channels) -> None:
    person = builders.person("officer")
    tree(channels, [(person, "mail")])
    case = emergency()
    rounds()
    declare(person, case=case, ground=Recusal.Ground.FRIEND)
    with pytest.raises(NotFound):
        by_link(channels.links()[0])


def test_a_case_for_named_people_only_calls_those_who_can_open_it(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person(), "mail")], [(builders.person("officer"), "sms")])
    case = emergency()
    Case.objects.filter(pk=case.pk).update(sensitivity="sealed")
    rounds()
    assert (channels.mails, len(channels.sms.got)) == ([], 1)


def test_somebody_who_works_here_no_more_is_not_called_and_their_address_goes(clock: Clock, channels: Channels) -> None:
    from krama.server.callout.actions.tree import forget_gone
    from krama.server.callout.models import Way

    gone = builders.person()
    tree(channels, [(gone, "mail")], [(builders.person("officer"), "sms")])
    gone.is_active = False
    gone.save()
    emergency()
    rounds()
    assert (channels.mails, len(channels.sms.got)) == ([], 1)
    forget_gone()
    assert not Way.objects.filter(person=gone).exists()


def test_decided_it_ends_and_a_message_on_its_way_is_not_sent(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("officer"), "mail")])
    case = emergency()
    collect()
    builders.decision(case)
    rounds()
    alarm = Alarm.objects.get()
    assert alarm.ended_at is not None
    assert channels.mails == []
    with pytest.raises(AlarmOver):
        take_here(builders.person("officer"), alarm=alarm.pk)


def test_an_emergency_that_is_opened_again_is_a_new_alarm(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("officer"), "mail")])
    case = emergency()
    rounds()
    builders.decision(case)
    rounds()
    Case.objects.filter(pk=case.pk).update(state="open", closed_at=None)
    rounds()
    assert Alarm.objects.count() == 2
    assert len(channels.mails) == 2


def test_without_a_tree_today_says_so_and_a_tree_that_comes_is_called(clock: Clock, channels: Channels) -> None:
    reader = builders.person("officer")
    emergency()
    rounds()
    assert "no call tree" in alarm_rows(reader)[0]["sentence"]
    tree(channels, [(reader, "mail")])
    clock.go(minutes=1, seconds=1)
    rounds()
    assert len(channels.mails) == 1


# The hard stop


def hard_calls() -> int:
    return Call.objects.filter(kind=Call.Kind.HARD).count()


def test_after_its_hours_the_top_and_the_leads_are_called_each_hour_whoever_took_it(
    clock: Clock, channels: Channels
) -> None:
    person, lead = builders.person("officer"), builders.person("lead")
    tree(channels, [(person, "mail")], [(lead, "sms")])
    case = emergency()
    rounds()
    by_link(channels.links()[0])
    note_view(person, case=case)
    clock.go(minutes=20)
    rounds()
    clock.go(hours=23, minutes=39)
    rounds()
    assert hard_calls() == 0
    clock.go(minutes=2)
    rounds()
    assert hard_calls() == 2
    assert (len(channels.mails), len(channels.sms.got)) == (2, 1)
    clock.go(minutes=59)
    rounds()
    assert hard_calls() == 2
    clock.go(minutes=2)
    rounds()
    assert hard_calls() == 4
    assert alarm_rows(lead)[0]["is_red"]
    builders.decision(case)
    clock.go(hours=2)
    rounds()
    assert hard_calls() == 4
    assert events(case.ref).count("alarm:hard") == 2


def test_its_hours_are_the_countrys_and_a_wall_clocks(
    clock: Clock, channels: Channels, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from krama.server.callout.actions import raise_alarm

    emergency()
    rounds()
    alarm = Alarm.objects.get()
    assert alarm.deadline == alarm.raised_at + timedelta(hours=24)
    monkeypatch.setattr(raise_alarm, "CLOCK", "no-such-clock")
    settings.KRAMA_CALLOUT_HOURS = 6.0
    assert hard_hours() == 6.0


def test_putting_together_begins_no_hard_stop_anew_and_wakes_nobody_twice(clock: Clock, channels: Channels) -> None:
    person = builders.person("officer")
    tree(channels, [(person, "mail")])
    case, other = emergency(), builders.case()
    rounds()
    deadline = Alarm.objects.get().deadline
    by_link(channels.links()[0])
    note_view(person, case=case)
    clock.go(hours=3)
    rounds()
    into = merge(person, case=Case.objects.get(pk=case.pk), into=other, reason="One matter.", by="B")
    rounds()
    alarm = queries.running().get()
    assert (alarm.case, alarm.deadline, alarm.taken_by) == (into, deadline, person)
    assert len(channels.mails) == 1


def test_two_emergencies_put_together_keep_the_earlier_hard_stop(clock: Clock, channels: Channels) -> None:
    person = builders.person("officer")
    tree(channels, [(person, "mail")])
    first = emergency()
    rounds()
    deadline = Alarm.objects.get().deadline
    clock.go(hours=3)
    second = emergency()
    rounds()
    merge(person, case=Case.objects.get(pk=first.pk), into=second, reason="One matter.", by="B")
    rounds()
    assert queries.running().get().deadline == deadline


def test_taken_apart_each_half_has_its_alarm_and_the_hard_stop_of_before(clock: Clock, channels: Channels) -> None:
    person = builders.person("officer")
    tree(channels, [(person, "mail")])
    case = emergency(account="somebody")
    builders.case(account="somebody")
    rounds()
    deadline = Alarm.objects.get().deadline
    clock.go(hours=3)
    item = case.items.order_by("joined_at").last()
    split(person, case=Case.objects.get(pk=case.pk), items=[item.pk], reason="Two matters.", by="B")
    rounds()
    assert [alarm.deadline for alarm in queries.running()] == [deadline, deadline]


# Clocks


def test_a_clock_that_ran_ahead_and_was_set_back_silences_nobody(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("officer"), "mail")], [(builders.person("lead"), "sms")], minutes=5)
    clock.go(days=30)
    emergency()
    rounds()
    assert len(channels.mails) == 1
    clock.go(days=-30)
    rounds()
    assert len(channels.sms.got) == 1, "the next step is called at once"
    alarm = Alarm.objects.get()
    assert alarm.ring_at is not None
    assert alarm.ring_at <= timezone.now() + timedelta(minutes=6)
    assert alarm.hard_at is not None
    assert alarm.hard_at <= timezone.now() + timedelta(hours=24)


def test_a_clock_that_jumps_ahead_calls_once_and_not_for_every_hour_that_it_left_out(
    clock: Clock, channels: Channels
) -> None:
    tree(channels, [(builders.person("lead"), "mail")])
    emergency()
    rounds()
    clock.go(days=3)
    rounds()
    assert hard_calls() == 1


def test_an_alarm_that_cannot_be_moved_holds_no_other(
    clock: Clock, channels: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    from krama.server.callout.actions.call import call_ways as right

    tree(channels, [(builders.person("officer"), "mail")])
    bad, _good = emergency(), emergency()
    where = "krama.server.callout.actions.go_on.call_ways"

    def planted(alarm: Alarm, *args: Any, **kwargs: Any) -> int:
        if alarm.case == bad:
            raise RuntimeError
        return right(alarm, *args, **kwargs)

    monkeypatch.setattr(where, planted)
    rounds()
    assert len(channels.mails) == 1
    monkeypatch.setattr(where, right)
    clock.go(minutes=1, seconds=1)
    rounds()
    assert len(channels.mails) == 2
