# SPDX-License-Identifier: Apache-2.0
"""In Khmer no Latin word of three letters or more stands outside `translate="no"`; that stands only where it may."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from krama.countries import GROUPS, country
from krama.guidelines import law_context
from tests.journeys.visits import Eyes
from tests.journeys.ways import Scene

pytestmark = pytest.mark.journey

# Text and what a screen reader says instead of it; and what stands under translate="no", with its element.
READ = """() => {
  const words = [], kept = [], latin = /\\p{Script=Latin}{3,}/u;
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    let text = walk.currentNode.data.trim();
    if (element.tagName === 'TITLE') text = text.replace(/ · (Krama|ក្រមា)$/, '');  // a title holds no elements
    if (!latin.test(text) || element.closest('script, style, noscript')) continue;
    if (element.matches('textarea[lang="en"]')) continue;  // what somebody writes in English, and says so
    const no = element.closest('[translate="no"]');
    if (no) kept.push([element.closest('code, pre, kbd, .code, .ref, .id') ? 'code' : '', text]);
    else words.push(text);
  }
  for (const element of document.querySelectorAll('[aria-label], [alt], [title], [placeholder]'))
    for (const name of ['aria-label', 'alt', 'title', 'placeholder'])
      if (latin.test(element.getAttribute(name) ?? '') && !element.closest('[translate="no"]'))
        words.push(`${name}: ${element.getAttribute(name)}`);
  return [words, kept];
}"""
# Who may stand in Latin letters outside of code: Krama, people, lists, programs, and the other language's own name.
PROPER = {
    "Krama",
    "English",
    "Sokha",
    "Dara",
    "Bopha",
    "Vanna",
    "Rith",
    "Chenda",
    "Demo landscapes",
    "Demo app",
    "App",
    "Krama demo",
    "Demo firm",
    # The demo's units are named in both languages, for staff of both.
    "ថ្នាក់ដឹកនាំ / Management",
    "ត្រួតពិនិត្យមាតិកា និងសុវត្ថិភាព / Moderation and safety",
    "បច្ចេកទេស / Engineering",
    "បម្រើអតិថិជន / Customer care",
}
# A source is cited in the language in which it was read.
CITED = {entry.source for group in GROUPS for entry in getattr(country(), group)} | {
    one.source for one in law_context()
}
CASE = re.compile(r"C-[0-9A-Z]{6}")
FILE = re.compile(r"(?:English|ភាសាខ្មែរ) (?:PDF|DOCX|HTML)")  # a paper's language by its own name, and its form


def not_khmer(page: Page) -> list[str]:
    """What is wrong with the open page, in words; `test_axe.py` walks over every page and asks."""
    words, misplaced = read(page)
    strange = [f"{text!r} is neither code nor a proper name" for text in misplaced]
    return [f"{text!r} is not Khmer" for text in words] + strange


def may_stand(text: str) -> bool:
    """A proper name, a source, a case's number, or a file's language and form."""
    return text in PROPER | CITED or bool(CASE.fullmatch(text) or FILE.fullmatch(text))


def read(page: Page) -> tuple[list[str], list[str]]:
    """Words that should be Khmer; and names and codes that stand where neither may."""
    words, kept = page.evaluate(READ)
    misplaced = [text for kind, text in kept if kind != "code" and not may_stand(text)]
    long = [text for kind, text in kept if kind == "code" and len(re.findall(r"[A-Za-z]{3,} ", text)) > 6]
    return words, misplaced + long


@pytest.mark.parametrize(
    "planted",
    ["<p>Hello</p>", "<p>សួស្តី Hello</p>", '<input aria-label="Hello">', '<p translate="no">Hello you</p>'],
)
def test_a_planted_hello_is_seen_red(browser: Browser, scene: Scene, planted: str) -> None:
    eyes = Eyes(browser, scene.ground, "km")
    page = eyes.page("")
    page.goto(f"{scene.ground.url}/start")
    before = read(page)
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", planted)
    words, misplaced = read(page)
    eyes.close()
    assert len(words) + len(misplaced) == len(before[0]) + len(before[1]) + 1
