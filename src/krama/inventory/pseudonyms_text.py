# SPDX-License-Identifier: Apache-2.0
"""Lines of a text file, one at a time, with their numbers: never more than one in memory, none misread in silence."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from krama.inventory.pseudonyms import BadData

LONGEST = 16 * 1024 * 1024  # characters of one line; a file with none longer is read in flat memory
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Lines:
    """Yields lines with their ends as they are. `mark` says whether the file began with a byte order mark."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        head = stream.read(4)
        stream.seek(0)
        marked = [(mark, name) for mark, name in MARKS if head.startswith(mark)]
        self.mark, self.encoding = bool(marked), marked[0][1] if marked else encoding
        if self.mark and self.encoding == "utf-8":
            stream.seek(len(codecs.BOM_UTF8))
        # UTF-8 names the line at fault exactly; others at the line before.
        errors = "surrogateescape" if self.encoding.replace("_", "-").lower() in ("utf-8", "utf8") else "strict"
        self._text = io.TextIOWrapper(stream, encoding=self.encoding, errors=errors, newline="")
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(LONGEST + 1)
        except UnicodeError:
            raise BadData(f"After line {self.number}: this is not {self.encoding}; say --encoding.") from None
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > LONGEST:
            raise self.fault(f"a line of more than {LONGEST} characters; is this the format it seems to be?")
        if "\0" in line:
            raise self.fault("a NUL character: the file is damaged, or UTF-16 without its mark (say --encoding utf-16)")
        if not line.isascii() and any("\ud800" <= letter <= "\udfff" for letter in line):
            raise self.fault(f"this is not {self.encoding}; save the file as UTF-8, or say --encoding")
        return line

    def fault(self, what: str) -> BadData:
        """An error at the line that was read last."""
        return BadData(f"Line {self.number}: {what}. Nothing was written.")

    def close(self) -> None:
        """The stream stays the caller's."""
        self._text.detach()
