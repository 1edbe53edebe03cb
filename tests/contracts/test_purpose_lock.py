# SPDX-License-Identifier: Apache-2.0
"""Purpose lock: lists of child protection only, identities opened to protect children only, nobody searched for."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from krama.errors import BadInput, BadSignal
from krama.server.cases.models import Case
from krama.server.cases.queries import case as queries
from krama.server.compartments.actions.identity import name_them, open_identity
from krama.server.compartments.models import Opening, Pseudonym
from krama.server.detections.scanner import identifiers
from krama.server.lists.actions import save_list
from krama.server.lists.forms import ListForm
from krama.server.lists.models import List
from krama.server.trail.actor import TERMINAL
from krama.signals import Category, parse_category, read_csv
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
OTHERS = ("terrorism", "copyright", "politics", "spam", "child", "", "CHILD-ABUSE-MATERIAL; politics")


def test_the_categories_are_closed_and_of_children() -> None:
    assert set(List.Category.values) == {one.value for one in Category}
    assert all("child" in one.value for one in Category)
    assert parse_category(" Child-Abuse-Material ") is Category.ABUSE


@pytest.mark.parametrize("other", OTHERS)
def test_no_other_list_is_taken(other: str) -> None:
    with pytest.raises(BadSignal, match="protects children"):
        parse_category(other)
    facts = {"name": "Other", "owner": "O", "legal_basis": "B"}
    with pytest.raises(BadInput, match="category"):
        save_list(TERMINAL, row=List(category=other, **facts))
    form = {**facts, "category": other, "action": "block", "radius": "31", "state": "active"}
    assert "category" in ListForm(form).errors
    assert not List.objects.exists()


def test_a_line_of_another_category_is_refused_by_its_number() -> None:
    rows = f"signal_type,value,category\nsha256,{'a' * 64},child-extortion\nsha256,{'b' * 64},terrorism\n"
    outcome = read_csv(io.BytesIO(rows.encode()))
    assert [signal.value[0] for signal in outcome.signals] == ["a"]
    assert [(bad.number, "terrorism" in bad.reason) for bad in outcome.bad] == [(3, True)]


def test_the_database_refuses_other_categories_and_purposes() -> None:
    row = save_list(TERMINAL, row=List(name="Known", owner="O", legal_basis="B"))
    with pytest.raises(IntegrityError), transaction.atomic():
        List.objects.filter(pk=row.pk).update(category="terrorism")
    name = name_them("case:C-000001", Pseudonym.Kind.ACCOUNT, ["a" * 64])["a" * 64]
    opening = open_identity(TERMINAL, pseudonym=name, purpose="protect", second=builders.proof(TERMINAL))
    with pytest.raises(IntegrityError), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(purpose="curious")


def test_every_purpose_of_the_form_is_one_of_the_database() -> None:
    name = name_them("case:C-000001", Pseudonym.Kind.ACCOUNT, ["a" * 64])["a" * 64]
    for purpose in Opening.Purpose.values:
        assert (
            open_identity(TERMINAL, pseudonym=name, purpose=purpose, second=builders.proof(TERMINAL)).at
            <= timezone.now()
        )


Queue = Callable[..., QuerySet[Case]]


def found_by_account(queue: Queue) -> list[str]:
    """What one finds who knows an account and has two cases of it."""
    cases = [builders.case(account="a-known-account", content_id="picture-1")]
    cases += [builders.case(account="another", content_id="picture-2")]
    hashed = identifiers().of("account", "a-known-account")
    texts = ("a-known-account", hashed, hashed[:12], "A-KNOWN-ACCOUNT", "account:a-known-account")
    reader = builders.person("officer")
    assert queue(reader, text="picture-1").get() == cases[0], "the control: a content is found"
    return [text for text in texts if queue(reader, text=text).exists()]


def test_nobody_is_searched_for_across_cases() -> None:
    assert found_by_account(queries.queue) == []


def test_a_search_by_account_is_seen_red() -> None:
    def planted(reader: Any, *, text: str) -> QuerySet[Case]:
        by_account = Case.objects.filter(items__detection__account_key=identifiers().of("account", text))
        return by_account if by_account.exists() else queries.queue(reader, text=text)

    assert found_by_account(planted) == ["a-known-account"]
