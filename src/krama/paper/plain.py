# SPDX-License-Identifier: Apache-2.0
"""A document as plain values that JSON can hold, and back again without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from krama.errors import BadInput
from krama.paper.document import Block, Document, Heading, Items, Note, Paragraph, Signatures, Table

KINDS: dict[str, type[Block]] = {
    kind.__name__.lower(): kind for kind in (Heading, Paragraph, Items, Table, Note, Signatures)
}


def to_plain(document: Document) -> dict[str, Any]:
    """The document as plain values: texts, numbers, lists."""
    return {
        "title": document.title,
        "language": document.language,
        "subtitle": document.subtitle,
        "footer": document.footer,
        "blocks": [
            {
                "is": type(block).__name__.lower(),
                **{name.name: _listed(getattr(block, name.name)) for name in fields(block)},
            }
            for block in document.blocks
        ],
    }


def from_plain(plain: Mapping[str, Any]) -> Document:
    """The document again."""
    try:
        blocks = tuple(_block(dict(block)) for block in plain["blocks"])
        return Document(plain["title"], plain["language"], blocks, plain["subtitle"], plain["footer"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("This is not a document that Krama wrote; write the paper anew.") from error


def _plain(block: Block) -> dict[str, Any]:
    values = {field.name: _listed(getattr(block, field.name)) for field in fields(block)}
    return {"is": type(block).__name__.lower(), **values}


def _block(plain: dict[str, Any]) -> Block:
    return KINDS[plain.pop("is")](**{name: _tupled(value) for name, value in plain.items()})


def _listed(value: Any) -> Any:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def _tupled(value: Any) -> Any:
    return tuple(_tupled(item) for item in value) if isinstance(value, list) else value
