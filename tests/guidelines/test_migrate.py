# SPDX-License-Identifier: Apache-2.0
"""From one catalogue to another: what differs is said field by field, and no answer is ever lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from krama.guidelines import Catalogue, Line, Text, shipped
from krama.guidelines.changes import Kind, compare, counts
from krama.guidelines.clauses import sample
from krama.guidelines.migrate import SAID, Answered, Kept, Reason, migrate, reasons_of, successor

BASE = shipped()
ONE = BASE.lines[0]
YES = Answered(3, "yes")


def with_lines(*lines: Line) -> Catalogue:
    return replace(BASE, lines=lines)


def line(id: str, *olds: str, **fields: object) -> Line:
    return replace(ONE, id=id, replaces=olds, **fields)  # type: ignore[arg-type]


def only(kept: tuple[Kept, ...]) -> tuple[str, str, tuple[Reason, ...]]:
    (one,) = kept
    return one.line_id, one.to, one.reasons


def test_the_same_catalogue_changes_nothing() -> None:
    assert compare(BASE, BASE) == ()
    assert only(migrate({ONE.id: YES}, BASE, BASE)) == (ONE.id, ONE.id, ())


def test_each_kind_of_change_is_told_field_by_field() -> None:
    before = with_lines(line("a"), line("b"), line("c"), line("d"), line("e"))
    after = with_lines(
        line("a", text=Text("Other.", ONE.text.km)),
        line("b", pillar="kh-4"),
        line("c", sectors=("sm",)),
        line("f", "d"),
        line("g"),
    )
    found = compare(before, after)
    assert [(change.kind, change.line.id) for change in found] == [
        (Kind.REWORDED, "a"),
        (Kind.MOVED, "b"),
        (Kind.CHANGED, "c"),
        (Kind.REPLACED, "f"),
        (Kind.ADDED, "g"),
        (Kind.REMOVED, "e"),
    ]
    (worded,) = found[0].fields
    assert (worded.field, worded.language, worded.before, worded.after) == ("text", "en", ONE.text.en, "Other.")
    assert (found[2].fields[0].before, found[2].fields[0].after) == (", ".join(ONE.sectors), "sm")
    assert set(counts(found).values()) == {1}


def test_why_an_answer_needs_another_look() -> None:
    before = with_lines(line("a"))
    for after, to, reasons in (
        (line("a", why=Text("Only why.", "ហេតុ")), "a", ()),
        (line("a", text=Text("Other.", "ផ្សេង")), "a", (Reason.REWORDED,)),
        (line("a", sectors=("sm",)), "a", (Reason.SCOPE,)),
        (line("a", proof=("risk-file",)), "a", (Reason.PROOF,)),
        (line("a", "b"), "a", (Reason.REPLACED,)),
        (line("n", "a"), "n", (Reason.REPLACED,)),
        (line("n"), "a", (Reason.GONE,)),
    ):
        assert only(migrate({"a": YES}, before, with_lines(after))) == ("a", to, reasons)
    assert only(migrate({"a": YES}, with_lines(line("n")), before)) == ("a", "a", (Reason.AGAIN,))


def test_a_line_that_nobody_answered_needs_no_look() -> None:
    assert only(migrate({"a": Answered()}, with_lines(line("a")), with_lines(line("n", "a")))) == ("a", "n", ())


def test_several_answers_to_one_line_stand_beside_the_first() -> None:
    before, after = with_lines(line("a"), line("b"), line("c")), with_lines(line("n", "a", "b", "c"))
    kept = migrate({"c": YES, "b": Answered(1, "b"), "a": Answered()}, before, after)
    assert [(one.line_id, one.to, one.beside) for one in kept] == [
        ("b", "n", False),
        ("c", "n", True),
        ("a", "n", True),
    ]
    assert all(Reason.MERGED in one.reasons for one in kept[:2])


def test_going_back_leads_an_answer_to_a_line_that_has_none() -> None:
    before, after = with_lines(line("n", "a", "b")), with_lines(line("a"), line("b"))
    kept = {one.line_id: one.to for one in migrate({"n": YES, "a": YES}, before, after)}
    assert kept == {"n": "b", "a": "a"}


def test_an_old_link_leads_to_the_line_that_took_the_place() -> None:
    assert successor("a1.responsible-person", None, sample()) == "sample.focal-person"
    assert successor("sample.focal-person", sample(), BASE) == "a1.responsible-person"
    assert successor("a1.partners", None, sample()) == "a1.partners"
    assert successor("no.such", None, sample()) is None


def test_every_reason_has_its_sentence_and_fits_where_it_is_written() -> None:
    assert set(SAID) == set(Reason)
    assert len(" ".join(Reason)) <= 200
    assert reasons_of("replaced merged nonsense") == (Reason.REPLACED, Reason.MERGED)


IDS = st.sampled_from("abcdefgh")
SAYINGS = st.builds(Answered, st.none() | st.integers(0, 4), st.sampled_from(["", "w"]), st.sampled_from(["", "x"]))


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    ids = draw(st.lists(IDS, unique=True, max_size=6))
    gone = [id for id in draw(st.permutations("abcdefgh")) if id not in ids]
    lines = []
    for id in ids:
        olds = [gone.pop() for _ in range(min(draw(st.integers(0, 3)), len(gone)))]
        lines.append(line(id, *olds, text=Text(draw(st.sampled_from(["one", "two"])), "ខ្មែរ")))
    return with_lines(*lines)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(IDS, SAYINGS), catalogues(), catalogues())
def test_no_answer_is_ever_lost(answers: dict[str, Answered], before: Catalogue, after: Catalogue) -> None:
    kept = migrate(answers, before, after)
    assert {one.line_id: one.answer for one in kept} == answers
    assert len(kept) == len(answers)
    assert set(Counter(one.to for one in kept if not one.beside).values()) <= {1}
    mains = {one.to for one in kept if not one.beside}
    assert all(one.to in mains for one in kept)
    for one in kept:
        assert after.line(one.to) or (one.to == one.line_id and (one.reasons or not one.answer.says_something))
        changed = one.moved or before.line(one.line_id) != after.line(one.to)
        assert not one.answer.says_something or not changed or one.reasons or one.to == one.line_id
    again = migrate({one.to: one.answer for one in kept if not one.beside}, after, after)
    assert all(not one.moved for one in again)
