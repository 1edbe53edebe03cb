# SPDX-License-Identifier: Apache-2.0
"""Opens a file for a reader, within bounds. A hostile file gets a clear error, never all of the memory."""

from __future__ import annotations

from pathlib import Path

from krama.errors import BadInput

MB = 1024 * 1024


def read_bytes(path: Path, most: int) -> bytes:
    """The whole file, if it is no larger than `most` bytes."""
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise BadInput(f"is larger than {most // MB} MB; give the schema alone, without rows")
    return data


def as_text(data: bytes) -> str:
    """UTF-8, or what its byte order mark says; anything else is an error that says so."""
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
    encoding = next((name for mark, name in marks.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise BadInput(f"is not {encoding.upper()} text (byte {problem.start}); save it as UTF-8") from None
    if "\0" in text:
        raise BadInput("holds NUL characters: it is not text")
    return text
