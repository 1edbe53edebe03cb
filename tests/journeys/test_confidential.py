# SPDX-License-Identifier: Apache-2.0
"""Confidentiality from end to end: who opened what is seen and not whom, a hold keeps it, the firm's own data.

The tour's third chapter is walked on the way; a real `krama serve`, real commands, a browser.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.ground import APP, Ground, changed_copy, wait_until
from tests.journeys.test_tour import unfold

pytestmark = pytest.mark.journey
PLANTED = {"birth_year", "school", "parent_telephone"}
BOTH = pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.every), "km"])
# Who is a child's account here, for each language: what nobody but the officer may read.
CHILD = {"en": "child-of-house-nine", "km": "កុមារផ្ទះប្រាំបួន"}
PURPOSE = {"en": "Protect a child who may be in danger", "km": "ការពារកុមារដែលអាចមានគ្រោះថ្នាក់"}


def become(page: Page, ground: Ground, role: str) -> None:
    page.goto(f"{ground.url}/start")
    page.locator(f"section[aria-labelledby=personas] form:has(input[value={role}]) button").click()
    page.wait_for_url(lambda url: not url.endswith("/start"))


def case_of(page: Page, ground: Ground, content: str) -> str:
    """The case that opens for it; the page stays on it."""

    def opened() -> bool:
        page.goto(f"{ground.url}/cases?q={content}")
        return page.locator("ul.cases a.ref").count() == 1

    wait_until(opened, f"no case opened for {content}")
    ref = page.locator("ul.cases a.ref").inner_text()
    page.goto(f"{ground.url}/cases/{ref}")
    return ref


def open_for(page: Page, purpose: str) -> None:
    closed = page.locator("details:has(> form input[name=purpose])").first
    unfold(closed)
    closed.locator(f"input[value={purpose}]").check()
    with page.expect_navigation():
        closed.locator("button").click()


def done(page: Page, ground: Ground, chapter: str, number: int) -> None:
    page.goto(f"{ground.url}/start/story/{chapter}")
    expect(page.locator(f"ol.steps > li:nth-child({number})")).to_have_class("done")


@BOTH
def test_the_officer_opens_it_for_a_purpose_and_the_auditor_sees_that_and_not_whom(
    ground: Ground, new_page: Callable[[str], Page], language: str, tmp_path: Path
) -> None:
    child, content = CHILD[language], f"confided-{language}"
    ground.scan(content, child, changed_copy(3))
    thief, officer, auditor = (new_page(language) for _ in range(3))
    become(officer, ground, "officer")
    ref = case_of(officer, ground, content)
    assert child not in officer.content(), "it shows before anybody said what for"
    the_thief_reads_nothing(thief, ground, child)
    officer.goto(f"{ground.url}/start/disk")
    expect(officer.locator("main")).not_to_contain_text(child)
    officer.locator("main .beside a.button").first.click()
    expect(officer.locator("h1")).to_have_text(ref)
    open_for(officer, "protect")
    expect(officer.locator("main")).to_contain_text(child)
    officer.goto(f"{ground.url}/start/disk")
    expect(officer.locator("main .beside .card:nth-child(2)").first).to_contain_text(child)
    expect(officer.locator("main .beside .card:nth-child(1)").first).not_to_contain_text(child)
    done(officer, ground, "thief", 2)
    auditor.goto(f"{ground.url}/start/story/thief")
    auditor.locator("ol.steps > li:nth-child(3) button").click()
    auditor.wait_for_url("**/confidential")
    seen = auditor.locator("section[aria-labelledby=openings] tr", has_text=ref).first
    expect(seen).to_contain_text("Bopha")
    expect(seen).to_contain_text(PURPOSE[language])
    for path, status in (("/confidential", 200), ("/trail", 200), (f"/cases/{ref}", 403)):
        answer = auditor.goto(f"{ground.url}{path}")
        assert answer is not None
        assert (answer.status, child in auditor.content()) == (status, False), path
    done(auditor, ground, "thief", 3)
    the_trail_verifies_elsewhere(auditor, ground, child, tmp_path)
    done(auditor, ground, "thief", 4)


def the_thief_reads_nothing(page: Page, ground: Ground, child: str) -> None:
    """A visitor who is nobody: the row as it lies there, the sealed ids in it, and no name."""
    page.goto(f"{ground.url}/start/story/thief")
    page.locator("ol.steps > li:first-child a").click()
    expect(page.locator("main .beside").first).to_contain_text("sealed_ids")
    assert child not in page.content()
    with closing(ground.database()) as database:
        query = "SELECT sealed_ids FROM detections_detection d JOIN cases_item i ON i.detection_id = d.id"
        lies = database.execute(f"{query} ORDER BY i.joined_at DESC LIMIT 1").fetchone()[0]
    assert lies.hex()[:100] in page.content(), "what it shows is not what lies there"
    assert child.encode() not in lies
    done(page, ground, "thief", 1)


def the_trail_verifies_elsewhere(page: Page, ground: Ground, child: str, folder: Path) -> None:
    """The bundle and the key come from the page; one changed byte is found."""
    page.goto(f"{ground.url}/trail")
    key, bundle = folder / "trail.pub", folder / "trail.krama"
    key.write_text(page.locator("section[aria-labelledby=elsewhere] pre").first.inner_text() + "\n")
    with page.expect_download() as taken:
        page.locator("form[action='/trail/bundle'] button").click()
    taken.value.save_as(bundle)
    command = ("trail", "verify", "--bundle", str(bundle), "--public-key", str(key))
    assert ground.krama(*command).status == 0
    with zipfile.ZipFile(bundle) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name, data in parts.items() if child.encode() in data]
    parts["entries.txt"] = parts["entries.txt"].replace(b"case:viewed", b"case:closed", 1)
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert ground.krama(*command).status == 1


@BOTH
def test_a_hold_stops_a_destruction(ground: Ground, new_page: Callable[[str], Page], language: str) -> None:
    page = new_page(language)
    become(page, ground, "officer")
    refs = {}
    for number, name in enumerate(("held", "due")):
        ground.scan(f"{name}-{language}", f"{name}-account-{language}", bytes(changed_copy(4 + number)))
        refs[name] = case_of(page, ground, f"{name}-{language}")
        if name == "held":
            hold(page)
        decide(page)
    page.goto(f"{ground.url}/confidential")
    expect(page.locator("section[aria-labelledby=holds]")).to_contain_text(refs["held"])
    their_time_comes(ground, *refs.values())
    would = ground.krama("retention", "run", "--dry-run").said
    kept, going = (compartments(ground, refs[name]) for name in ("held", "due"))
    assert all(one in would for one in going)
    assert not any(one in would for one in kept)
    assert ground.krama("retention", "run").status == 0
    assert set(compartments(ground, refs["due"]).values()) == {True}
    assert set(compartments(ground, refs["held"]).values()) == {False}
    page.goto(f"{ground.url}/cases/{refs['held']}")
    open_for(page, "order")
    expect(page.locator("main")).to_contain_text(f"held-account-{language}")
    page.goto(f"{ground.url}/confidential")
    page.locator("section[aria-labelledby=holds] .card", has_text=refs["held"]).locator(
        "form[action$=release] button"
    ).click()
    would = ground.krama("retention", "run", "--dry-run").said
    assert all(one in would for one in kept)


def hold(page: Page) -> None:
    form = page.locator("details:has(form[action$='/hold'])")
    form.locator("summary").click()
    form.locator("input[value=order]").check()
    form.locator("[name=reference]").fill("៥២")
    form.locator("button").click()
    page.wait_for_load_state()


def decide(page: Page) -> None:
    page.locator("input[value=confirm]").check()
    page.locator("input[value=law]").check()
    form = page.locator("form:has(input[value=confirm])")
    form.locator("textarea[name=reason]").fill("១")
    form.locator("button.main").click()
    page.locator("section[aria-labelledby=decided]").wait_for()


def compartments(ground: Ground, ref: str) -> dict[str, bool]:
    """Each compartment of a case by its id, and whether it was destroyed."""
    query = """SELECT c.id, c.destroyed_at FROM compartments_compartment c WHERE c.id IN (
        SELECT compartment_id FROM cases_case WHERE ref = ?1 UNION SELECT d.compartment_id FROM detections_detection d
        JOIN cases_item i ON i.detection_id = d.id JOIN cases_case k ON k.id = i.case_id WHERE k.ref = ?1)"""
    with closing(ground.database()) as database:
        rows = database.execute(query, (ref,)).fetchall()
    return {f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}": bool(gone) for one, gone in rows}


def their_time_comes(ground: Ground, *refs: str) -> None:
    """Years go by: the clock that began when the case was closed began long ago."""
    ids = [one.replace("-", "") for ref in refs for one in compartments(ground, ref)]
    marks = ", ".join("?" for _ in ids)
    with closing(ground.database()) as database, database:
        long_ago = f"SET clock_from = '2001-01-01 00:00:00' WHERE clock_from IS NOT NULL AND id IN ({marks})"
        changed = database.execute(f"UPDATE compartments_compartment {long_ago}", ids)
        assert changed.rowcount == len(ids) > 0, "a clock does not run"


@BOTH
def test_the_three_planted_fields_of_the_demo_app_come_into_the_register_on_a_persons_word(
    ground: Ground, new_page: Callable[[str], Page], language: str, tmp_path: Path
) -> None:
    schema = tmp_path / f"village-{language}" / "schema.sql"
    schema.parent.mkdir()
    shutil.copy(APP / "schema.sql", schema)
    ran = ground.krama("inventory", "scan", "--json", str(schema))
    assert ran.status == 1, "something was found"
    found, end = json.JSONDecoder().raw_decode(ran.said)
    fields = {one["field"] for one in found["findings"] if one["place"] == "young_member"}
    assert fields >= PLANTED
    page = new_page(language)
    become(page, ground, "officer")
    page.goto(f"{ground.url}/confidential/inventory")
    file: FilePayload = {"name": "inventory.json", "mimeType": "application/json", "buffer": ran.said[:end].encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form[action$='/inventory/upload'] button").click()
    card = page.locator("form.card", has_text=str(schema)).filter(has_text="young_member")
    assert set(card.locator("label.pick code").all_inner_texts()) >= PLANTED
    before = lines_of(page, ground)
    page.goto(f"{ground.url}/confidential/inventory")
    card.locator("select[name=unit]").select_option(index=1)
    card.locator("button[value=accept]").click()
    page.wait_for_load_state()
    expect(page.locator("form.card", has_text=str(schema)).filter(has_text="young_member")).to_have_count(0)
    assert len(lines_of(page, ground) - before) >= 3


def lines_of(page: Page, ground: Ground) -> set[str]:
    page.goto(f"{ground.url}/confidential/register")
    links = page.locator("main a[href^='/confidential/register/']").all()
    return {link.get_attribute("href") or "" for link in links}
