# SPDX-License-Identifier: Apache-2.0
"""What names of fields say, in three languages, and what they do not say though a word in them would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krama.inventory import Category
from krama.inventory.fields import Field
from krama.inventory.namer import Namer
from krama.inventory.spelling import pieces, skeleton, split_run
from krama.text import khmer_fold

NAMER = Namer()


def said(place: str, name: str, type_: str = "", comment: str = "") -> str:
    found = NAMER.finding("s", Field(place, name, type_, comment))
    return f"{found.category.value} {found.language}" if found else "none"


@pytest.mark.parametrize(
    ("place", "name", "what"),
    [
        ("t", "dob", "birth en"),
        ("t", "dateOfBirth", "birth en"),
        ("t", "DATE-OF-BIRTH", "birth en"),
        ("t", "dateofbirth", "birth en"),
        ("t", "msisdn", "contact en"),
        ("t", "IMEI", "device en"),
        ("t", "lng", "location en"),
        ("users", "name", "name en"),
        ("students", "grade", "school en"),
        ("t", "parentPhone2", "family en"),
        ("messages", "body", "words en"),
        ("guardians", "full_name", "family en"),
        ("users", "id", "account en"),
        ("t", "thngai_kamnaet", "birth km-Latn"),
        ("t", "ThngayKomnert", "birth km-Latn"),
        ("t", "chhmous", "name km-Latn"),
        ("t", "asayathan", "address km-Latn"),
        ("t", "asayodthan", "address km-Latn"),
        ("t", "phum", "address km-Latn"),
        ("t", "ថ្ងៃកំណើត", "birth km"),
        ("t", "ថ្ងៃ ខែ ឆ្នាំ កំណើត", "birth km"),
        ("t", "ឈ្មោះ", "name km"),
        ("t", "លេខទូរស័ព្ទ", "contact km"),
        ("t", "ភេទ", "sex km"),
        ("t", "ឈ្មោះម្ដាយ", "family km"),
    ],
)
def test_names_that_speak_of_a_person(place: str, name: str, what: str) -> None:
    assert said(place, name) == what


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("t", "product_name"),
        ("t", "file_name"),
        ("t", "server_address"),
        ("t", "school_of_thought"),
        ("t", "birth_control"),
        ("t", "email_template_id"),
        ("t", "address_bus"),
        ("t", "name"),
        ("products", "name"),
        ("comments", "parent_id"),
        ("t", "phone_model_count"),
        ("t", "min_age"),
        ("t", "ប្រភេទ"),
        ("t", "ឈ្មោះផលិតផល"),
        ("t", "ឈ្មោះឯកសារ"),
        ("t", "chhmous_aeksar"),
        ("t", "prophet"),
        ("t", "sexagesimal"),
        ("t", "latency"),
        ("t", "imaging"),
        ("t", ""),
        ("", "x" * 9999),
    ],
)
def test_names_that_do_not(place: str, name: str) -> None:
    assert said(place, name) == "none"


def test_types_and_comments_count() -> None:
    assert said("users", "email", "boolean") == "none"
    assert said("users", "first_name", "integer") == "none"
    assert said("t", "c17", "text", "ថ្ងៃកំណើត") == "birth km"
    assert said("t", "c17", "text", "the date of birth") == "birth en"
    assert said("t", "c17", "text", "not the date of birth") == "none"


def test_fields_beside_it_say_that_a_table_is_of_people() -> None:
    alone, beside = Field("x", "village"), [Field("x", "dob"), Field("x", "sex"), Field("x", "village")]
    assert [found.field for found in NAMER.findings("s", [alone])] == []
    assert [found.field for found in NAMER.findings("s", beside)] == ["dob", "sex", "village"]


def test_a_reason_is_a_sentence() -> None:
    found = NAMER.finding("s", Field("pupils", "dob"))
    assert found is not None
    assert found.reason == "“dob” in the name (English) is a day, month or year of birth; “pupil” speaks of children."
    assert found.confidence > 0.9


def test_staff_are_people_and_not_children() -> None:
    staff, child = (NAMER.finding("s", Field(table, "full_name")) for table in ("employees", "students"))
    assert staff is not None
    assert child is not None
    assert staff.confidence < 0.5 < child.confidence


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_name_is_answered(place: str, name: str, comment: str) -> None:
    found = NAMER.finding("s", Field(place, name, "text", comment))
    assert found is None or (0 < found.confidence < 1 and isinstance(found.category, Category) and found.reason)


@given(st.lists(st.sampled_from(["first", "name", "date", "of", "birth", "phone"]), min_size=1, max_size=4))
def test_camel_snake_and_kebab_are_one(words: list[str]) -> None:
    camel = "".join(word.title() for word in words)
    assert list(pieces(camel)) == list(pieces("_".join(words))) == list(pieces("-".join(words))) == words


def test_runs_are_split_only_into_known_words() -> None:
    known = {"first", "name", "of", "date", "birth"}
    assert split_run("firstname", known) == ("first", "name")
    assert split_run("firstnamex", known) == ("firstnamex",)


def test_one_sound_in_many_spellings() -> None:
    assert len({skeleton(word) for word in ("chhmous", "chmoh", "chhmuos", "chhmoss")}) == 1
    assert len({skeleton(word) for word in ("thngaikamnaet", "tngaykomnert", "thngaykamnoet")}) == 1
    assert skeleton("chhmous") != skeleton("chhnam")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ស្ត្រី", "ស្រ្តី"),
        ("ប៉ុន្តែ", "បុ៉ន្តែ"),
        ("បើ", "បេី"),
        ("ចាំ", "ចំា"),
        ("ម្តាយ", "ម្ដាយ"),
        ("ទូរសព្ទ", "ទូរស័ព្ទ"),
        ("ការ", "កា\u200bរ"),
    ],
)
def test_khmer_that_reads_the_same_folds_to_one(one: str, other: str) -> None:
    assert one != other
    assert khmer_fold(one) == khmer_fold(other) == khmer_fold(khmer_fold(other))


@given(st.text("កតរណ្ៈាំិេីុ៉៊៌ៅ", max_size=12))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert khmer_fold(khmer_fold(text)) == khmer_fold(text)
