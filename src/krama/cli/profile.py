# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines profile`: six questions in Khmer or English, and what applies, why, and what to do first."""

from __future__ import annotations

from collections.abc import Iterable

import click

from krama.guidelines import (
    Catalogue,
    Profile,
    Ruling,
    Word,
    applicable,
    first_things,
    gaps,
    next_step,
    rulings,
    shipped,
)
from krama.text import Text

LANGUAGES = click.Choice(["km", "en"])
YES, NO = frozenset({"y", "yes", "1", "មែន", "បាទ", "ចាស"}), frozenset({"", "n", "no", "0", "ទេ"})
ASKS = {
    "sectors": Text("1. Which sectors do you work in?", "១. តើអ្នកធ្វើការក្នុងវិស័យណាខ្លះ?"),
    "features": Text("2. What do your services have?", "២. តើសេវារបស់អ្នកមានអ្វីខ្លះ?"),
    "users": Text(
        "3. Who uses them? Children often do, whatever the terms say.",
        "៣. តើអ្នកណាប្រើវា? កុមារតែងតែប្រើ ទោះបីលក្ខខណ្ឌប្រើប្រាស់ចែងផ្សេង។",
    ),
    "size": Text("4. How many people work in the firm?", "៤. តើមានមនុស្សប៉ុន្មាននាក់ធ្វើការក្នុងក្រុមហ៊ុន?"),
    "languages": Text("5. In which languages do you serve?", "៥. តើអ្នកបម្រើជាភាសាអ្វីខ្លះ?"),
    "reasons": Text("6. Show every line with its reason? [y/N]", "៦. បង្ហាញគ្រប់បន្ទាត់ជាមួយមូលហេតុ? (១ = មែន ០ = ទេ)"),
    "number": Text("Number", "លេខ"),
    "numbers": Text("Numbers, with spaces between", "លេខនានា ដោយដកឃ្លាពីគ្នា"),
}
WRONG = {
    "one": Text("Error: give one number", "សូមឱ្យលេខតែមួយ"),
    "some": Text("Error: give at least one number", "សូមឱ្យលេខយ៉ាងហោចណាស់មួយ"),
    "range": Text("Error: give numbers from 1 to {last}", "សូមឱ្យលេខពី 1 ដល់ {last}"),
    "yes": Text("Error: answer y or n", "សូមឆ្លើយ ១ ឬ ០"),
}
FIRST = Text(
    "{applies} of {all} lines apply. First three things:",
    "ក្នុងបន្ទាត់ {all} មាន {applies} ដែលត្រូវអនុវត្ត។ រឿងបីដែលត្រូវធ្វើមុនគេ៖",
)


@click.command()
@click.option("--lang", "language", type=LANGUAGES, default="en", show_default=True, help="Khmer or English.")
def profile(language: str) -> None:
    """Answer at most six questions; see what applies, why, and what to do first.

    \b
    Example:
      krama guidelines profile --lang km
    """
    catalogue = shipped()
    words = catalogue.words
    sectors = _ask("sectors", words.sectors, language)
    usual = {feature for sector in words.sectors if sector.id in sectors for feature in sector.features}
    features = _ask("features", words.features, language, default=usual)
    users = _ask("users", words.users, language)
    (size,) = _ask("size", words.sizes, language, one=True)
    languages = _ask("languages", words.languages, language, default={"km"})
    firm = Profile(frozenset(sectors), frozenset(features), frozenset(users), size, frozenset(languages))
    if _yes("reasons", language):
        _reasons(catalogue, rulings(catalogue, firm), language)
    _first(catalogue, firm, language)


def _ask(
    question: str, words: tuple[Word, ...], language: str, default: Iterable[str] = (), one: bool = False
) -> list[str]:
    """The ids chosen by number; asked again until the answer can be read."""
    click.echo(f"\n{ASKS[question].in_(language)}")
    for number, word in enumerate(words, start=1):
        click.echo(f"  {number}  {word.text.in_(language)}")
    usual = " ".join(str(number) for number, word in enumerate(words, start=1) if word.id in frozenset(default))
    prompt = ASKS["number" if one else "numbers"].in_(language)
    while True:
        given = _typed(f"{prompt} [{usual}]" if usual else prompt, language) or usual
        parts = given.replace(",", " ").split()
        if wrong := _wrong(parts, len(words), one):
            click.echo(WRONG[wrong].in_(language).format(last=len(words)))
        else:
            return [words[int(part) - 1].id for part in dict.fromkeys(parts)]


def _wrong(parts: list[str], last: int, one: bool) -> str:
    """What is wrong with the numbers, "" when nothing is; Khmer digits are digits."""
    if not parts or (one and len(parts) > 1):
        return "one" if one else "some"
    return "" if all(part.isdecimal() and 1 <= int(part) <= last for part in parts) else "range"


def _yes(question: str, language: str) -> bool:
    while (given := _typed(ASKS[question].in_(language), language).casefold()) not in YES | NO | {"១", "០"}:
        click.echo(WRONG["yes"].in_(language))
    return given in YES | {"១"}


def _typed(prompt: str, language: str) -> str:
    """What was typed; click's own sentences are English, so none of them is used."""
    suffix = "៖ " if language == "km" else ": "
    return str(click.prompt(prompt, default="", show_default=False, prompt_suffix=suffix)).strip()


def _reasons(catalogue: Catalogue, found: Iterable[Ruling], language: str) -> None:
    for ruling in found:
        sign = "+" if ruling.applies else "-"
        click.echo(f"{sign} {ruling.line.id}: {ruling.line.text.in_(language)}")
        for reason in ruling.reasons:
            click.echo(f"    {reason.said(catalogue, language)}")


def _first(catalogue: Catalogue, firm: Profile, language: str) -> None:
    found = gaps(catalogue, firm, {})
    counts = {"applies": len(applicable(catalogue, firm)), "all": len(catalogue.lines)}
    click.echo("\n" + FIRST.in_(language).format(**counts))
    for gap in first_things(catalogue, found):
        effort = catalogue.words.text("efforts", gap.line.effort).in_(language)
        click.echo(f"  {gap.line.text.in_(language)} ({effort}; {gap.line.id})")
    for sector in catalogue.words.sectors:
        step = next_step(catalogue, found, sector.id) if sector.id in firm.sectors else None
        if step is not None:
            colon = "៖" if language == "km" else ":"
            click.echo(f"{sector.text.in_(language)}{colon} {step.line.text.in_(language)} ({step.line.id})")
