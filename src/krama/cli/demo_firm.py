# SPDX-License-Identifier: Apache-2.0
"""The invented firm of a demo home: what it is, its units, its answers so far. Done by its people's own actions."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from krama.server.accounts.models import Unit, User
from krama.server.accounts.units import change_unit, place_person
from krama.server.assessments.actions import answers, duties, editions, plan
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.models import FirmProfile
from krama.server.assessments.queries.answers import answer_of
from krama.server.assessments.queries.catalogue import catalogue, lines
from krama.server.wellbeing.actions import set_care
from krama.server.wellbeing.models import Care

HEADCOUNT = 4
# Whom each unit is led by; whoever is not named here leads as the first two.
LEADS = ("bopha", "dara")
WORKS_IN = {
    "sokha": Unit.Kind.MODERATION,
    "dara": Unit.Kind.MODERATION,
    "bopha": Unit.Kind.MANAGEMENT,
    "rith": Unit.Kind.ENGINEERING,
}
# A firm that has begun: some lines met, some under way, most not answered.
LEVELS = (3, 4, 2, 3, 1, 3, 2, 0)


def fill_firm() -> None:
    """A social app of twenty people; nothing is done when the home has a firm already."""
    if FirmProfile.objects.exists():
        return
    officer = _person("bopha")
    sector = next(sector for sector in catalogue().words.sectors if sector.id == "sm")
    save_profile(
        officer,
        firm_en="Demo firm",
        firm_km="ក្រុមហ៊ុនសាកល្បង",
        sectors={"sm"},
        features=sector.features,
        users={word.id for word in catalogue().words.users[:2]},
        size=catalogue().words.sizes[1].id,
        languages={"km", "en"},
    )
    duties.add_usual_units(officer)
    for unit in Unit.objects.all():
        _staff(officer, unit)
    duties.share_out(officer)
    _answer(officer)
    plan.fill_plan(officer)
    first = editions.submit(officer, name=str(timezone.localdate().year))
    editions.approve(_person(LEADS[1]), number=first.number)
    _care()


def _staff(officer: User, unit: Unit) -> None:
    head, deputy = (_person(name) for name in LEADS)
    unit = change_unit(
        officer, unit=unit, name=unit.name, kind=unit.kind, headcount=HEADCOUNT, head=head, deputy=deputy
    )
    for name, kind in WORKS_IN.items():
        if unit.kind == kind:
            place_person(officer, person=_person(name), unit=unit)
    if unit.kind == Unit.Kind.MODERATION:
        today = timezone.localdate()
        duties.record(officer, unit=unit, kind="training", topic="Krama", on=today, people=2, minutes=60, note="")


def _care() -> None:
    """Somebody invented, whom those who review may talk to; an address that can be nobody's (RFC 2606)."""
    row = Care(counsellor="Chenda", contact="chenda@example.org", hours="8:00–17:00", verified_on=timezone.localdate())
    set_care(_person("rith"), row=row)


def _answer(officer: User) -> None:
    review = timezone.localdate() + timedelta(days=180)
    for place, line in enumerate(lines()[: 3 * len(LEVELS)]):
        row = answer_of(line.id)
        seen, unit = (row.revision, row.unit) if row else (0, None)
        answers.say(officer, line_id=line.id, level=LEVELS[place % len(LEVELS)], words="", seen=seen)
        answers.hand(officer, line_id=line.id, owner=None, unit=unit, review_on=review)


def _person(username: str) -> User:
    return User.objects.get(username=username)
