# SPDX-License-Identifier: Apache-2.0
"""What the job loop does for the lists: a publication that died is finished; what is old goes, once an hour."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from krama.server.lists import jobs
from krama.server.lists.models import Publication
from krama.signals import HashList, Signal, SignalType, current_version, make_current, publish_snapshot

pytestmark = pytest.mark.django_db


def published(number: int, days_ago: int) -> str:
    known, at = HashList("Known", "somebody", "consent"), timezone.now() - timedelta(days=days_ago)
    signals = [Signal(SignalType.MD5, f"{number:032x}")]
    version = publish_snapshot(settings.HOME.snapshots, [(known, signals)], now=at).version
    Publication.objects.create(version=version, at=at)
    return version


def test_a_publication_that_died_before_its_pointer_is_finished() -> None:
    first, second = published(1, 2), published(2, 1)
    make_current(settings.HOME.snapshots, first)
    assert (jobs.make_latest_current(), current_version(settings.HOME.snapshots)) == (1, second)


def test_an_old_database_beside_newer_lists_leaves_them_in_force() -> None:
    """The planted fault: after a restore the pointer names a version that was pruned, and nothing is scanned."""
    gone, newer = published(1, 9), published(2, 1)
    Publication.objects.filter(version=newer).delete()
    shutil.rmtree(settings.HOME.snapshots / gone)
    assert (jobs.make_latest_current(), current_version(settings.HOME.snapshots)) == (0, newer)


def test_what_was_replaced_days_ago_goes_and_nobody_looks_twice_an_hour() -> None:
    for number in range(3):
        published(number, 9 - number)
    assert (jobs.prune_round(), jobs.prune_round()) == (2, 0)
