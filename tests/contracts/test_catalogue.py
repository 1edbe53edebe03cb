# SPDX-License-Identifier: Apache-2.0
"""Every text that Krama shows is there in Khmer, written by the rules; and each rule has been seen red."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from krama.server.locale import catalogue
from tests.contracts import khmer

ROOT = Path(__file__).resolve().parents[2]
RUN = re.compile(r"[\u1780-\u17ff\u200b-\u200d\u2060]+")
# These name what a Latin letter would betray, the model or what was typed: the Khmer does without.
MAY_DROP = {"%(model_name)s", "%(value)s", "%(value)r", "%(pk)s"}


@pytest.fixture(scope="module")
def entries() -> list[polib.POEntry]:
    return list(polib.pofile(str(catalogue.PO)))


def english_of(entry: polib.POEntry) -> str:
    """The English that the Khmer stands for: the plural where there is one, without what a borrowed text may drop."""
    text = entry.msgid_plural or entry.msgid
    for dropped in MAY_DROP if all(place.startswith("django/") for place, _ in entry.occurrences) else ():
        text = text.replace(dropped, "")
    return str(text)


def test_every_text_is_translated_and_none_is_left_over(entries: list[polib.POEntry]) -> None:
    texts = {(message.msgid, message.plural) for message in catalogue.extract()}
    plurals = {msgid for msgid, plural in texts if plural}
    wanted = {(msgid, plural) for msgid, plural in texts if plural or msgid not in plurals}
    have = {(entry.msgid, entry.msgid_plural) for entry in entries if catalogue.said(entry)}
    assert not wanted - have, "run `make messages`, then translate"
    assert not have - wanted, "run `make messages`: nothing shows these any more"
    assert not [entry.msgid for entry in entries if entry.fuzzy or entry.obsolete]


def test_what_is_borrowed_is_still_said_by_its_package() -> None:
    found = {(message.place, message.msgid) for message in catalogue.of_packages()}
    chosen = {(place, text) for place, texts in catalogue.BORROWED.items() for text in texts or ()}
    assert not chosen - found


def test_every_translation_keeps_the_rules(entries: list[polib.POEntry]) -> None:
    found = [
        f"{entry.msgid}: {fault}"
        for entry in entries
        for fault in khmer.faults(english_of(entry), catalogue.said(entry))
    ]
    assert not found, "\n".join(found)


def test_khmer_in_code_is_spelled_by_the_same_rules() -> None:
    files = [path for part in ("src", "examples") for path in (ROOT / part).rglob("*")]
    found = [
        f"{path.relative_to(ROOT)}: {run[0]}: {fault}"
        for path in files
        if path.suffix in (".py", ".html", ".css", ".txt") and "site-packages" not in path.parts
        if path != ROOT / "src/krama/text/khmer.py"  # it names the wrong spellings
        for run in RUN.finditer(path.read_text("utf-8"))
        for rule in (khmer.spelling, khmer.manners)
        for fault in rule("", run[0])
    ]
    assert not found, "\n".join(found)


def test_what_is_compiled_is_what_is_written() -> None:
    made = catalogue.compiled(polib.pofile(str(catalogue.PO)))
    assert catalogue.PO.with_suffix(".mo").read_bytes() == made, "run `make messages`"


def test_it_says_that_no_native_has_read_it(entries: list[polib.POEntry]) -> None:
    file = polib.pofile(str(catalogue.PO))
    assert "Not yet read by a native speaker" in file.header
    assert file.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    page = catalogue.REVIEW.read_text("utf-8")
    assert catalogue.review(page, file) == page, "run `make messages`"
    assert page.count("\n| ") >= len(entries)


def test_extraction_finds_each_kind_of_text(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '{% load i18n %}{% translate "One" as one %}{{ _("Two") }}{% translate \'Three “3”\' %}'
        "{% blocktranslate trimmed with a=b %}Four\n  {{ a }} (4){% endblocktranslate %}"
        "{% blocktranslate count n=x %}{{ n }} five{% plural %}{{ n }} fives{% endblocktranslate %}"
        "{% comment %}No{% endcomment %}",
        "utf-8",
    )
    (tmp_path / "page.py").write_text(
        'a = _("Six"\n  " and more")\nngettext("%(n)s seven", "%(n)s sevens", n)\n', "utf-8"
    )
    found = [*catalogue.of_templates(tmp_path), *catalogue.of_python(tmp_path)]
    assert {(message.msgid, message.plural) for message in found} == {
        ("One", ""),
        ("Two", ""),
        ("Three “3”", ""),
        ("Four %(a)s (4)", ""),
        ("%(n)s five", "%(n)s fives"),
        ("Six and more", ""),
        ("%(n)s seven", "%(n)s sevens"),
    }


def test_merging_keeps_what_was_translated_and_drops_what_is_gone() -> None:
    old = polib.POFile()
    old.append(polib.POEntry(msgid="Kept", msgstr="ទុក"))
    old.append(polib.POEntry(msgid="Gone", msgstr="បាត់"))
    texts = [catalogue.Message("Kept", "", "a.py"), catalogue.Message("New", "", "b.html")]
    assert [(entry.msgid, entry.msgstr) for entry in catalogue.merge(old, texts)] == [("Kept", "ទុក"), ("New", "")]


@pytest.mark.parametrize(
    ("rule", "english", "planted"),
    [
        ("spelling", "Cases", "ករ\u200bណី"),
        ("spelling", "Cases", "ករណី\u200d"),
        ("spelling", "Change", "ផ្លាស់ប\u17d2\u178aូរ"),
        ("spelling", "Cases", "\u17a3ករណី"),
        ("spelling", "Cases", "ក\u17b4រណី"),
        ("spelling", "Sign", "ប\u17d3"),
        ("spelling", "If", "ប\u17c1\u17b8"),  # e and i for oe
        ("spelling", "Keep", "ច\u17c6\u17b6"),  # the sign before its vowel
        ("spelling", "Double", "ក\u17b6\u17b6"),
        ("spelling", "But", "ប\u17bb\u17c9ន្តែ"),  # the shifter after its vowel
        ("spelling", "Woman", "ស\u17d2\u179a\u17d2ីត"),
        ("spelling", "Give", "អោយ"),
        ("spelling", "Phone", "ទូរស័ព្ទ"),
        ("spelling", "Key", "សោរ"),
        ("manners", "You", "ឯងត្រូវអាន"),
        ("manners", "Abuse material", "រូបភាពអាសអាភាស"),
        ("manners", "Case", "សំណុំរឿងថ្មី"),
        ("manners", "Wrong.", "នេះជាកំហុសរបស់អ្នក។"),
        ("placeholders", "%(n)s cases", "ករណី"),
        ("placeholders", "%(n)s cases", "ករណី %(m)s"),
        ("placeholders", '<code translate="no">a</code> is', "ករណី"),
        ("language", "Cases", "ករណី case"),
        ("language", "Cases", "<b>Case</b> ករណីថ្មីៗទាំងអស់"),
        ("language", "Cases", "ab ក"),
        ("language", "Cases", "%(n)s"),
        ("punctuation", "Saved.", "បានរក្សាទុក ។"),
        ("punctuation", "Saved.", "បានរក្សាទុក"),
        ("punctuation", "Save", "រក្សាទុក។"),
        ("punctuation", "It may:", "សោនេះអាច:"),
        ("punctuation", "Saved.", "បានរក្សាទុក  ហើយ។"),
    ],
)
def test_a_planted_fault_is_seen_red(rule: str, english: str, planted: str) -> None:
    assert [fault for fault in khmer.faults(english, planted) if fault.startswith(f"{rule}:")]


def test_what_is_right_is_left_alone() -> None:
    assert khmer.faults(
        'The key <span translate="no">%(name)s</span> is new: %(count)s days.',
        'សោ <span translate="no">%(name)s</span> ថ្មី៖ %(count)s ថ្ងៃ ដោយខ្លួនឯង ព្រហស្បតិ៍ សៅរ៍ ប៉ុន្តែ ស្ត្រី។',
    ) == []  # fmt: skip
