# SPDX-License-Identifier: Apache-2.0
"""An inventory becomes lines only on a person's word; the same scan asks once; what is gone is said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from krama.errors import BadInput, Conflict, TooLarge
from krama.inventory import Category, Finding
from krama.server.confidentiality.actions import inventory as actions
from krama.server.confidentiality.actions.register import end
from krama.server.confidentiality.models import Line, Proposal, Scan
from krama.server.confidentiality.queries import inventory as queries
from krama.server.confidentiality.queries.register import line_of
from tests.server import builders
from tests.server.confidentiality.made_lines import client, finding, late, scan, unit

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.every_postgres]
THREE = (
    finding("dob"),
    finding("birth_year"),
    finding("phone", category=Category.CONTACT, reason="phone: telephone"),
)


def uploaded(*found: Finding, by: Any = None) -> Scan:
    return actions.upload(by or builders.person("officer"), content=scan(*found))


def pks(**of: Any) -> list[Any]:
    return list(Proposal.objects.filter(**of).values_list("pk", flat=True))


def test_nothing_becomes_a_line_without_a_persons_word() -> None:
    made = uploaded(*THREE)
    assert (made.found, made.new, made.gone) == (3, 3, 0)
    assert not Line.objects.exists()
    assert [(one.place, one.count) for one in queries.places()] == [("users", 3)]


def test_what_is_accepted_is_one_line_a_place_and_kind_and_joins_it_later() -> None:
    uploaded(*THREE)
    officer, owner = builders.person("officer"), unit()
    (row,) = actions.accept(officer, proposals=pks(field="dob"), unit=owner)
    assert (row.system, row.place, row.categories, row.field_names) == ("schema.sql", "users", ["birth"], ["dob"])
    assert line_of(row.pk).gaps == ("purpose", "basis", "seen", "kept", "consent", "weighed")
    late(row)  # a late line takes a field in, and stays late
    rows = actions.accept(officer, proposals=pks(state="waiting"), unit=owner)
    assert {one.pk for one in rows} >= {row.pk}
    assert Line.objects.count() == 2
    row.refresh_from_db()
    assert (row.field_names, row.version) == (["dob", "birth_year"], 2)
    assert line_of(row.pk).is_late


def test_after_the_line_came_to_an_end_a_new_field_makes_a_new_line() -> None:
    uploaded(finding("dob"))
    officer, owner = builders.person("officer"), unit()
    (row,) = actions.accept(officer, proposals=pks(), unit=owner)
    end(officer, line=row.pk, seen=1, why="Gone.")
    uploaded(finding("dob"), finding("birth_year"))
    (fresh,) = actions.accept(officer, proposals=pks(field="birth_year"), unit=owner)
    assert fresh.pk != row.pk


def test_the_same_scan_again_proposes_nothing_and_a_later_one_only_what_is_new() -> None:
    uploaded(*THREE)
    again = uploaded(*THREE)
    assert (again.found, again.new, again.gone) == (3, 0, 0)
    more = uploaded(*THREE, finding("school", category=Category.SCHOOL))
    assert (more.new, more.gone) == (1, 0)
    assert Proposal.objects.count() == 4


def test_what_a_source_does_not_name_any_more_is_gone_once_and_comes_back() -> None:
    other = finding("dob", source="other.sql")
    uploaded(*THREE, other)
    (row,) = actions.accept(builders.person("officer"), proposals=pks(field="phone"), unit=unit())
    less = uploaded(*THREE[:2])
    assert (less.new, less.gone) == (0, 1)
    assert [one.line for one in queries.gone()] == [row]
    assert line_of(row.pk).gone == 1
    assert uploaded(*THREE[:2]).gone == 0
    assert Proposal.objects.get(source="other.sql").gone_at is None  # another source was not asked
    uploaded(*THREE)
    assert not queries.gone()


def test_a_dismissal_needs_a_reason_stays_dismissed_and_can_wait_again() -> None:
    uploaded(*THREE)
    officer = builders.person("officer")
    with pytest.raises(BadInput):
        actions.dismiss(officer, proposals=pks(field="dob"), why="  ")
    actions.dismiss(officer, proposals=pks(field="dob"), why="A date of the order, not of a person")
    assert uploaded(*THREE).new == 0
    assert pks(state="dismissed") == pks(field="dob")
    with pytest.raises(Conflict):
        actions.accept(officer, proposals=pks(field="dob"), unit=unit())
    actions.reconsider(officer, proposal=pks(field="dob")[0])
    assert len(actions.accept(officer, proposals=pks(field="dob"), unit=unit())) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(field="phone").update(state="dismissed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(field="phone").update(state="accepted")


def test_two_that_are_the_same_count_once_and_a_password_in_an_address_is_not_kept() -> None:
    dsn = "postgres://app:hunter2@db/prod"
    made = uploaded(finding(source=dsn), finding(source=dsn, confidence=0.5))
    assert made.found == 1
    assert Proposal.objects.get().source == "postgres://app:***@db/prod"
    assert Proposal.objects.get().confidence == 0.9
    assert uploaded(finding(source=dsn)).new == 0


BAD = [
    b"",
    b"not json",
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"version": 1}',
    b'{"version": 2, "findings": []}',
    b'{"version": 1, "findings": [{"source": 1}]}',
    scan(finding()).replace(b"0.9", b"1" + b"0" * 400),
    scan(finding()).replace(b"0.9", b"NaN"),
    scan(finding(source="")),
    scan(finding(field=" ")),
    scan(finding(field="x" * 201)),
    scan(finding(reason="\x00")),
]


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
def test_a_faulty_file_is_refused_whole_and_the_page_says_so(content: bytes) -> None:
    with pytest.raises(BadInput):
        actions.upload(builders.person("officer"), content=content)
    caller = client(builders.person("officer"))
    file = SimpleUploadedFile("inventory.json", content, "application/json")
    answer = caller.post(reverse("confidentiality:inventory_upload"), {"file": file})
    assert answer.status_code == 422
    assert "Nothing was taken" in answer.content.decode()
    assert not Proposal.objects.exists()
    assert not Scan.objects.exists()


def test_too_many_and_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_FINDINGS", 2)
    with pytest.raises(TooLarge, match="At most 2"):
        uploaded(*THREE)
    monkeypatch.setattr(actions, "MOST_BYTES", 10)
    with pytest.raises(TooLarge, match="10 bytes"):
        uploaded(finding())


def test_hostile_names_are_shown_as_text_and_in_the_json_of_the_record() -> None:
    bad = "<script>alert(1)</script>"
    officer = builders.person("officer")
    uploaded(finding(bad, place=bad, reason=bad), by=officer)
    page = client(officer).get(reverse("confidentiality:inventory")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    actions.accept(officer, proposals=pks(), unit=unit())
    html = client(officer).get(reverse("confidentiality:records_file", args=["en", "html"]))
    assert "<script>alert" not in html.content.decode()
    told = client(officer).get(reverse("confidentiality:records_file", args=["en", "json"])).json()
    assert told["lines"][0]["field_names"] == [bad]


def test_on_the_page_what_is_ticked_is_taken_and_each_way_asks_for_what_it_needs() -> None:
    uploaded(*THREE)
    caller, owner = client(builders.person("officer")), unit()
    address = reverse("confidentiality:inventory_decide")
    chosen = [str(pk) for pk in pks(field__in=["dob", "phone"])]
    for sent in (
        {"do": "accept", "chosen": chosen},
        {"do": "dismiss", "chosen": chosen},
        {"do": "accept", "unit": owner.pk},
        {"do": "accept", "unit": owner.pk, "chosen": ["x", *chosen]},
        {"do": "else", "unit": owner.pk, "chosen": chosen},
    ):
        assert caller.post(address, sent).status_code == 422
    assert not Line.objects.exists()
    assert caller.post(address, {"do": "accept", "unit": owner.pk, "chosen": chosen}).status_code == 302
    assert Line.objects.count() == 2
    assert pks(state="waiting") == pks(field="birth_year")
    assert caller.post(address, {"do": "accept", "unit": owner.pk, "chosen": chosen}).status_code == 409


def test_the_library_and_the_page_speak_one_shape() -> None:
    assert json.loads(scan(finding()))["version"] == 1
    assert actions.key_of(finding()) != actions.key_of(replace(finding(), category=Category.NAME))
