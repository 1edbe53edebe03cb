# SPDX-License-Identifier: Apache-2.0
"""Each sector opens its own first screen: one next step, first proofs, playbooks and letters, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from krama.guidelines.packs import UNIT_KINDS, pack_of, packs
from krama.server.accounts.models import Unit, User
from krama.server.accounts.units import add_unit
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.models import Answer, ProofState
from krama.server.assessments.models.proofs import State
from krama.server.assessments.queries import sectors as queries
from krama.server.trail.actor import TERMINAL
from krama.text import Text
from tests.server import builders

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SECTORS = tuple(pack.sector for pack in packs())


def signed_in(role: str = "officer", language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(builders.person(role), backend=BACKEND)
    client.cookies["django_language"] = language
    return client


def a_firm(*sectors: str, name: str = "Mekong") -> Any:
    officer: User = builders.person("officer")
    facts: dict[str, Any] = {"features": [], "users": ["children", "adults"], "size": "small", "languages": ["km"]}
    return save_profile(officer, firm_en=name, firm_km="មេគង្គ", sectors=list(sectors), **facts)


def test_the_kinds_of_unit_in_the_packs_are_those_a_unit_can_have() -> None:
    assert set(UNIT_KINDS) == set(Unit.Kind.values)


def test_the_six_cards_open_six_screens_the_firms_own_first() -> None:
    a_firm("host")
    page = signed_in().get("/guidelines/sectors").content.decode()
    found = [page.index(f"/guidelines/sectors/{sector}") for sector in SECTORS]
    assert min(found) == page.index("/guidelines/sectors/host")
    assert page.count("Your firm</span>") == 1


def test_a_screen_leads_to_a_step_of_the_sectors_own() -> None:
    client = signed_in()
    for sector in SECTORS:
        page = client.get(f"/guidelines/sectors/{sector}").content.decode()
        assert f'href="/guidelines/profile?sector={sector}"' in page
        assert "Take up this sector" in page
    a_firm(*SECTORS)
    for sector in SECTORS:
        step = queries.step_of(pack_of(sector), "en")
        assert step is not None
        assert step.ours
        assert step.id.startswith(f"{sector}.")
        page = client.get(f"/guidelines/sectors/{sector}").content.decode()
        assert step.text in page
        assert "Take up this sector" not in page


def test_the_next_step_is_done_and_another_follows_until_none_is_left() -> None:
    a_firm("isp")
    seen: list[str] = []
    while (step := queries.step_of(pack_of("isp"), "en")) and len(seen) < 9:
        seen.append(step.id)
        Answer.objects.filter(line_id=step.id).update(level=3)
    assert seen == ["isp.stop-page", "isp.check-before-blocking"]
    assert "is met" in signed_in().get("/guidelines/sectors/isp").content.decode()


def test_only_the_officer_is_offered_to_take_up_a_sector() -> None:
    assert "Take up this sector" not in signed_in("reviewer").get("/guidelines/sectors/dev").content.decode()


def test_a_first_proof_shows_unknown_until_seen_and_then_its_state_and_cause() -> None:
    client = signed_in()
    assert client.get("/guidelines/sectors/sm").content.decode().count("Not known yet") == 2
    now = timezone.now()
    facts = {"since": now, "checked_at": now, "cause": "%(count)s late", "figures": {"count": 3}}
    ProofState.objects.create(proof_id="live.uploads-scanned", state=State.FAIL, **facts)
    page = client.get("/guidelines/sectors/sm").content.decode()
    assert page.count("Not known yet") == 1
    assert "3 late" in page


def test_figures_that_no_longer_fit_their_sentence_break_no_page() -> None:
    now = timezone.now()
    facts = {"since": now, "checked_at": now, "cause": "%(count)s late", "figures": {}}
    ProofState.objects.create(proof_id="live.uploads-scanned", state=State.PASS, **facts)
    assert signed_in().get("/guidelines/sectors/sm").status_code == 200


@pytest.mark.parametrize("language", ["en", "km"])
def test_every_playbook_opens_as_a_checklist(language: str) -> None:
    client = signed_in(language=language)
    for playbook in (playbook for pack in packs() for playbook in pack.playbooks):
        sector, name = playbook.id.split(".")
        answer = client.get(f"/guidelines/sectors/{sector}/playbooks/{name}")
        assert answer.status_code == 200
        page = answer.content.decode()
        assert playbook.title.in_(language) in page
        assert "{contact" not in page
        assert page.count('role="rowheader"') == len(playbook.steps)


def test_a_checklist_names_the_firms_units_and_leads_to_practice() -> None:
    add_unit(TERMINAL, name="Night desk", kind="moderation", headcount=3)
    page = signed_in().get("/guidelines/sectors/sm/playbooks/harm-in-a-live-video").content.decode()
    assert '<span translate="no">Night desk</span>' in page
    assert "write down on the unit’s page" in page
    assert "within 3 minutes" in page


def test_a_number_on_a_page_says_that_nobody_confirmed_it() -> None:
    assert "1280, not confirmed yet" in signed_in().get("/guidelines/sectors/mno").content.decode()


def test_a_firms_name_is_escaped_and_not_translated() -> None:
    a_firm("sm", name="<b>Mekong</b>")
    words = queries.Words("en")
    assert words.safe(Text("{firm} <i>", "")) == '<span translate="no">&lt;b&gt;Mekong&lt;/b&gt;</span> &lt;i&gt;'
    assert words.plain(Text("{firm}", "")) == "<b>Mekong</b>"


def test_playbooks_and_letters_come_on_paper() -> None:
    client = signed_in()
    for path in ("playbooks/reseller-is-silent.km.pdf", "letters/to-a-reseller.en.pdf"):
        answer = client.get(f"/guidelines/sectors/host/{path}")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_what_is_not_there_is_not_found() -> None:
    client = signed_in()
    for path in (
        *("bakery", "sm/playbooks/none", "sm/playbooks/none.en.pdf", "sm/letters/none.km.pdf"),
        *("sm/letters/to-a-parent.fr.pdf", "sm/poems/to-a-parent.en.pdf"),
    ):
        assert client.get(f"/guidelines/sectors/{path}").status_code == 404, path
