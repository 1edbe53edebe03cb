# SPDX-License-Identifier: Apache-2.0
"""What a child reads, as it is rendered: English of grade five at most, Khmer that blames nobody and says ប្អូន."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from krama.guidelines.reading_ease import grade
from krama.learning import Answer, Lesson, answers, lessons
from krama.server.assessments.queries.wording import stands
from krama.server.detections.scanner import identifiers
from krama.server.intake.actions import collect
from krama.server.intake.actions.write_back import write_back
from krama.server.intake.form import fresh
from krama.server.intake.models import Report
from krama.server.intake.questions import BY_ID
from krama.server.web.wording import awaits_reader
from krama.text import texts_in
from tests.contracts.khmer import manners, spelling
from tests.server.builders import person
from tests.server.intake.visit import Visit

pytestmark = pytest.mark.django_db
HARDEST = 5.0
# "You" for an adult and among officials. A child is ប្អូន; these pages are read by parents and teachers.
FOR_ADULTS = ("lesson parents", "lesson teachers")
YOU = re.compile(r"(?:^|[\s។?!៖«]|តើ)អ្នក(?=[\s។]|មិន|អាច|ត្រូវ|បាន|គួរ|ចង់|កំពុង|នឹង|ទេ|$)|របស់អ្នក(?:$|[\s។?!])|លោកអ្នក")
BLOCKS = {
    "p",
    "h1",
    "h2",
    "li",
    "label",
    "button",
    "a",
    "legend",
    "summary",
    "div",
    "br",
    "blockquote",
    "span",
    "option",
}


class Words(HTMLParser):
    """The text that a page shows, each block on a line of its own; what a form hides is not shown."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lines, self.skip = [""], 0
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.skip += tag in ("script", "style", "textarea", "title")
        if tag in BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self.skip -= tag in ("script", "style", "textarea", "title")
        if tag in BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.skip:
            self.lines[-1] += data

    @property
    def text(self) -> str:
        return "\n".join(" ".join(line.split()) for line in self.lines if line.strip())


def pages(language: str) -> Iterator[tuple[str, str]]:
    """Every page that a child can come to, by name, as its text."""
    visit = Visit(f"/report?lang={language}")

    def press(name: str, **fields: str) -> tuple[str, str]:
        visit.send(lang=language, **fields)
        return name, Words(visit.page).text

    yield "first", Words(visit.page).text
    yield press("asked again", topic="none of ours")
    yield press("danger", do="danger")
    for question in list(BY_ID)[1:]:
        yield press(f"question {question}", answer="sms" if question == "back-to" else "", do="next")
    yield press("sent", do="send")
    yield press("receipt", do="code")
    code = visit.code
    yield press("receipt, shown already", do="code", token=_another_receipt())
    yield from _without_a_code(language)
    visit.take(visit.client.get(f"/report?lang={language}"))
    yield press("code", do="open")
    yield press("code, mistyped", do="open", code="1234")
    yield press("talk, nothing yet", do="open", code=code)
    report = Report.objects.get(find__isnull=False)
    collect.mark_collected([report], identifiers())
    write_back(person("officer"), report=report, text="Hi." if language == "en" else "សួស្តីប្អូន។")
    yield press("talk, more said", do="more", answer="Hi")
    yield press("talk, taken back", do="withdraw")
    yield press("too old", token="none", answer="Hi")
    for path in ("/learn", *(f"/learn/{one.id}" for one in lessons()), "/learn/none", "/time"):
        visit.take(visit.client.get(f"{path}?lang={language}"))
        yield path.replace("/learn/", "lesson "), Words(visit.page).text


def _another_receipt() -> str:
    """The token of another page of the same report, which has its code already."""
    report = Report.objects.latest("at")
    return replace(fresh(), report=str(report.pk)).at_step("receipt").sealed()


def _without_a_code(language: str) -> Iterator[tuple[str, str]]:
    visit = Visit(f"/report?lang={language}").send(topic="other", lang=language).send(do="send", lang=language)
    visit.send(do="no-code", lang=language)
    yield "receipt, no code", Words(visit.page).text


@pytest.fixture
def rendered() -> Callable[[str], dict[str, str]]:
    return cache(lambda language: dict(pages(language)))


def hardness(text: str) -> float:
    """Of the whole page, or of its whole sentences alone: many short buttons must not hide a hard paragraph."""
    prose = "\n".join(line for line in text.splitlines() if line.rstrip().endswith((".", "?", "!", ":")))
    return max(grade(text), grade(prose))


def too_hard(found: dict[str, str]) -> list[str]:
    return [f"{name}: grade {hardness(text):.1f}" for name, text in found.items() if hardness(text) > HARDEST]


def unkind(name: str, text: str) -> list[str]:
    wrong = [f"{name}: {fault}" for rule in (manners, spelling) for fault in rule("", text)]
    if name not in FOR_ADULTS and (found := YOU.search(text)):
        wrong.append(f"{name}: says {found[0]} to a child")
    return wrong


def test_the_english_of_every_page_is_of_grade_five_at_most(rendered: Callable[[str], dict[str, str]]) -> None:
    found = rendered("en")
    assert len(found) >= 28, sorted(found)
    for name, text in found.items():
        print(f"{name}: grade {hardness(text):.1f}, {len(text.split())} words")
    assert too_hard(found) == []


def test_a_hard_sentence_is_seen_red() -> None:
    hard = "Notwithstanding institutional confidentiality obligations, administrators investigate every notification."
    assert too_hard({"among buttons": "\n".join([hard, *["Yes"] * 100])})
    assert too_hard({"planted": hard, "kind": "You did nothing wrong."}) == [f"planted: grade {grade(hard):.1f}"]


def test_the_khmer_of_every_page_blames_nobody_and_speaks_to_a_child(
    rendered: Callable[[str], dict[str, str]],
) -> None:
    found = rendered("km")
    assert len(found) >= 28
    assert [fault for name, text in found.items() for fault in unkind(name, text)] == []
    for name in ("first", "sent", "danger", "receipt", "talk, nothing yet", "lesson threat"):
        assert "ប្អូន" in found.get(name, ""), name


@pytest.mark.parametrize("planted", ["នេះជាកំហុសរបស់ប្អូន។", "តើអ្នកបានធ្វើអ្វី?", "ឯងត្រូវប្រាប់។"])
def test_blame_and_a_wrong_address_are_seen_red(planted: str) -> None:
    assert unkind("planted", planted)
    assert not unkind("kind", "នេះមិនមែនជាកំហុសរបស់ប្អូនទេ។ ប្អូនអាចប្រាប់អ្នកដែលប្អូនទុកចិត្ត។")


def test_every_text_of_a_child_s_pages_waits_for_a_native_reader() -> None:
    desk = {(row.en, row.shipped): row for row in stands()}
    texts: tuple[Lesson | Answer, ...] = (*lessons(), *answers())
    for one in texts:
        assert one.reviewer is None
        assert awaits_reader(one), one.id
        for text in texts_in(one, ""):
            assert (text.en, text.km) in desk, text.en
    screens = {row.en: row for row in stands() if row.source == "screens"}
    for said in ("You did nothing wrong.", "I am in danger now", "This is your code", "Send what I have"):
        assert screens[said].child, said
        assert not screens[said].by, said
