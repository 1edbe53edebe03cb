# SPDX-License-Identifier: Apache-2.0
"""A printed document as plain frozen values: one language, blocks in their order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list; `boxes` draws an empty box to tick before each item."""

    items: tuple[str, ...]
    ordered: bool = False
    boxes: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its column heads."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Note:
    """Something set apart, such as what no native speaker has read yet."""

    text: str


@dataclass(frozen=True)
class Signatures:
    """Lines to sign on, each with what stands under it."""

    under: tuple[str, ...]


Block = Heading | Paragraph | Items | Table | Note | Signatures


@dataclass(frozen=True)
class Document:
    """A document; `language` is `en` or `km`, `footer` stands on each page."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    footer: str = ""
