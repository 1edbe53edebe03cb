# SPDX-License-Identifier: Apache-2.0
"""The Khmer catalogue: take every msgid out of templates and Python, merge, compile. A developer's tool (polib).

`make messages` runs it. It never changes a translation: a person writes those.
The page for native readers also names what stands outside the screens.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import polib

from krama.countries import country
from krama.guidelines import shipped
from krama.guidelines.wordings import SOURCES, Told, wordings

SERVER = Path(__file__).resolve().parent.parent
PO = Path(__file__).resolve().parent / "km" / "LC_MESSAGES" / "django.po"
REVIEW = SERVER.parents[2] / "docs" / "khmer-review.md"
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CALL = re.compile(r"\b(gettext|ngettext|_)\(")
# What Django and allauth say on the pages and forms that Krama shows; they bring little Khmer, or none.
BORROWED = {
    "allauth/account/adapter.py": (
        "Be patient, you are sending too many requests.",
        "Incorrect password.",
        "Please type your current password.",
        "The new value must be different from the current one.",
        "The username and/or password you specified are not correct.",
        "This account is currently inactive.",
        "Too many failed login attempts. Try again later.",
        "Use your password",
        "Username can not be used. Please use other username.",
    ),
    "allauth/account/fields.py": ("Forgot your password?",),
    "allauth/account/forms.py": (
        "Current Password",
        "New Password",
        "New Password (again)",
        "Password",
        "Remember Me",
        "Username",
        "You must type the same password each time.",
    ),
    "allauth/mfa/adapter.py": (
        "Backup key",
        "Incorrect code.",
        "Key nr. {number}",
        "Master key",
        "You cannot generate recovery codes without having two-factor authentication enabled.",
    ),
    "django/contrib/auth/base_user.py": ("last login", "password"),
    "django/contrib/auth/password_validation.py": (
        "The password is too similar to the %(verbose_name)s.",
        "This password is entirely numeric.",
        "This password is too common.",
        "This password is too short. It must contain at least %d character.",
        "Your password can’t be a commonly used password.",
        "Your password can’t be entirely numeric.",
        "Your password can’t be too similar to your other personal information.",
        "Your password must contain at least %(min_length)d character.",
    ),
    "django/core/validators.py": (
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value is %(limit_value)s (it is %(show_value)s).",
        "Ensure this value is greater than or equal to %(limit_value)s.",
        "Ensure this value is less than or equal to %(limit_value)s.",
        "Enter a valid URL.",
        "Enter a valid integer.",
        "Enter a valid value.",
        "Null characters are not allowed.",
    ),
    "django/db/models/base.py": ("%(model_name)s with this %(field_labels)s already exists.", "and"),
    "django/db/models/fields/__init__.py": (
        "%(model_name)s with this %(field_label)s already exists.",
        "This field cannot be blank.",
        "This field cannot be null.",
        "Value %(value)r is not a valid choice.",
    ),
    "django/forms/fields.py": (
        "Ensure this filename has at most %(max)d character (it has %(length)d).",
        "Enter a complete value.",
        "Enter a list of values.",
        "Enter a number.",
        "Enter a valid UUID.",
        "Enter a valid date.",
        "Enter a valid date/time.",
        "Enter a valid time.",
        "Enter a whole number.",
        "No file was submitted.",
        "No file was submitted. Check the encoding type on the form.",
        "Select a valid choice. %(value)s is not one of the available choices.",
        "The submitted file is empty.",
        "This field is required.",
    ),
    "django/forms/models.py": (
        "Select a valid choice. That choice is not one of the available choices.",
        "“%(pk)s” is not a valid value.",
    ),
    "django/utils/dates.py": None,  # every day and month
}
METADATA = {
    "Project-Id-Version": "Krama",
    "Language": "km",
    "Language-Team": "none yet: not read by a native speaker",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
MARK = "<!-- Below this line `make messages` writes. -->\n"
HEADER = "Krama in Khmer. Not yet read by a native speaker: docs/khmer-review.md lists what to read."


@dataclass(frozen=True, order=True)
class Message:
    """One text to translate, and where it stands (a file under `src/krama/server`, or a package's)."""

    msgid: str
    plural: str
    place: str


def extract() -> list[Message]:
    """Every text that a page of this server can show, sorted."""
    return sorted({*of_templates(), *of_python(), *of_packages()})


def of_templates(folder: Path = SERVER / "templates") -> Iterator[Message]:
    from django.utils.translation.template import templatize

    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")]):
        code = str(templatize(path.read_text("utf-8"), origin=str(path)))
        for call in CALL.finditer(code):
            yield from _of_call(code, call.start(), place(path))


def _of_call(code: str, start: int, where: str) -> Iterator[Message]:
    """The one Python call that begins at `start` in Django's templatized text."""
    for end in (found.end() for found in re.finditer(r"\)", code[start:])):
        try:
            tree = ast.parse(code[start : start + end].strip())
        except SyntaxError:
            continue
        yield from _of_tree(tree, where)
        return


def of_python(folder: Path = SERVER) -> Iterator[Message]:
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts and path != Path(__file__).resolve():
            yield from _of_tree(ast.parse(path.read_text("utf-8")), place(path))


def of_packages() -> Iterator[Message]:
    for name, chosen in BORROWED.items():
        package, inner = name.split("/", 1)
        spec = find_spec(package)
        source = Path(spec.origin).parent / inner if spec and spec.origin else Path(name)
        for message in _of_tree(ast.parse(source.read_text("utf-8")), name):
            if chosen is None or message.msgid in chosen:
                yield message


def _of_tree(tree: ast.AST, where: str) -> Iterator[Message]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in SINGULAR and texts:
            yield Message(texts[0], "", where)
        elif name in PLURAL and len(texts) == 2:
            yield Message(texts[0], texts[1], where)


def place(path: Path) -> str:
    return path.relative_to(SERVER).as_posix() if path.is_relative_to(SERVER) else path.name


def merge(catalogue: polib.POFile, messages: list[Message]) -> polib.POFile:
    """A catalogue of exactly these messages, with the translations that `catalogue` has."""
    merged = polib.POFile(wrapwidth=0)
    merged.header, merged.metadata = HEADER, METADATA
    kept = {entry.msgid: entry for entry in catalogue}
    places: dict[str, list[Message]] = {}
    for message in messages:
        places.setdefault(message.msgid, []).append(message)
    for msgid, same in places.items():
        merged.append(_entry(msgid, same, kept.get(msgid)))
    return merged


def _entry(msgid: str, same: list[Message], old: polib.POEntry | None) -> polib.POEntry:
    text = said(old) if old else ""
    plural = max(message.plural for message in same)
    percent = re.search(r"%(\(\w+\))?[srd]", msgid + plural)
    return polib.POEntry(
        msgid=msgid,
        msgid_plural=plural,
        msgstr="" if plural else text,
        msgstr_plural={0: text} if plural else {},
        occurrences=[(message.place, "") for message in same],
        flags=["python-format"] if percent else [],
        tcomment=old.tcomment if old else "",
    )


def compiled(catalogue: polib.POFile) -> bytes:
    """The bytes of the `.mo` file: all that the product reads."""
    return bytes(catalogue.to_binary())


def review(page: str, catalogue: polib.POFile) -> str:
    """The page for native readers: its own words kept, and below the mark every text anew.

    Texts that no child reads stand here for the screens only; the workbook of `krama wording export` holds all.
    """
    told = wordings(shipped(), country())
    screens = _table((entry.msgid, said(entry)) for entry in catalogue)
    counts = [("screens", len(catalogue), 0), *((source, *_size(told, source)) for source in SOURCES)]
    lines = ["| Source | Texts | Of these, children or families read |", "|---|---|---|"]
    lines += [f"| {source} | {texts} | {child} |" for source, texts, child in counts]
    parts = [page.split(MARK)[0] + MARK, f"{sum(count[1] for count in counts)} texts.", "\n".join(lines)]
    for source in SOURCES:
        if child := [one.wording for one in told if one.source == source and one.child]:
            heading = f"### What children and families read: {source}"
            parts += [heading, _table((wording.en, wording.km) for wording in child)]
    return "\n\n".join([*parts, f"### The screens\n\n{len(catalogue)} texts.", screens]) + "\n"


def _size(told: Iterable[Told], source: str) -> tuple[int, int]:
    found = [one for one in told if one.source == source]
    return len(found), sum(one.child for one in found)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(["| English | Khmer |", "|---|---|", *(f"| {_cell(en)} | {_cell(km)} |" for en, km in rows)])


def said(entry: polib.POEntry) -> str:
    """The Khmer of an entry; Khmer has one form for all numbers."""
    return str(entry.msgstr or entry.msgstr_plural.get(0, ""))


def _cell(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;").replace("\n", " ")


def main() -> int:
    """Merge, compile and list for review; 1 when something is not translated yet."""
    catalogue = merge(polib.pofile(str(PO)) if PO.exists() else polib.POFile(), extract())
    catalogue.save(str(PO))
    PO.with_suffix(".mo").write_bytes(compiled(catalogue))
    REVIEW.write_text(review(REVIEW.read_text("utf-8"), catalogue), "utf-8")
    missing = catalogue.untranslated_entries()
    sys.stdout.write(f"{len(catalogue)} texts, {len(missing)} not translated yet\n")
    for entry in missing:
        sys.stdout.write(f"  {entry.msgid}\n")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
