# SPDX-License-Identifier: Apache-2.0
"""The cells of a workbook that somebody else made, read by openpyxl from what was let through first."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from krama.guidelines.faults import BadWorkbook, whole
from krama.guidelines.unpacking import MB, BadArchive, Limits, unpack

MOST_ROWS, MOST_COLUMNS = 20_000, 100
LIMITS = Limits(files=300, one=32 * MB, together=48 * MB)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Cell = tuple[str, object]  # its kind as the format names it, and its value


def cells_of(content: bytes, sheet: str) -> list[tuple[int, list[Cell]]]:
    """The cells of a sheet as (kind, value); whatever goes wrong inside ends in `BadWorkbook`."""
    parts = _parts(content)
    try:
        return list(_rows(parts, sheet))
    except (BadWorkbook, ModuleNotFoundError):  # a base install lacks openpyxl: that is no fault of the workbook
        raise
    except Exception as error:  # a damaged part can call forth anything
        raise whole(
            f"The workbook cannot be read ({type(error).__name__}); open it and save it as .xlsx again.",
            "មិនអាចអានឯកសារតារាងនេះបានទេ។ សូមបើកវាក្នុងកម្មវិធីតារាង ហើយរក្សាទុកម្តងទៀត។",
            sheet,
        ) from error


def _parts(content: bytes) -> dict[str, bytes]:
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise whole(
            "It is an old .xls workbook, or locked with a password; save it as .xlsx without one.",
            "នេះជាឯកសារតារាងទម្រង់ចាស់ ឬមានពាក្យសម្ងាត់។ សូមរក្សាទុកជាទម្រង់ថ្មី ដោយគ្មានពាក្យសម្ងាត់។",
        )
    try:
        parts = unpack(content, LIMITS)
    except BadArchive as error:
        raise whole(
            f"The workbook cannot be opened. {error.detail}",
            "មិនអាចបើកឯកសារតារាងនេះបានទេ ឬវាខូច ឬធំពេក។ សូមរក្សាទុកម្តងទៀត រួចផ្ញើសារជាថ្មី។",
        ) from error
    kinds = parts.get("[Content_Types].xml", b"")
    if b"macroEnabled" in kinds or any(name.lower().endswith(".bin") and "vba" in name.lower() for name in parts):
        raise whole(
            "It is a workbook with macros; save it as .xlsx without them.",
            "ឯកសារតារាងនេះមានកម្មវិធីបង្កប់។ សូមរក្សាទុកដោយគ្មានកម្មវិធីនោះ។",
        )
    # Styles, themes and drawings say nothing about the text, and each of them costs memory.
    kept = {
        name: part
        for name, part in parts.items()
        if name.endswith((".xml", ".rels")) and not re.match("xl/(styles|theme|drawings|charts|media)|docProps", name)
    }
    for name, part in kept.items():
        _check_xml(name, part)
    return kept


def _check_xml(name: str, part: bytes) -> None:
    start = part[:200].decode("ascii", "replace").lower()
    declared = re.search(r"encoding\s*=\s*[\"']([^\"']*)", start)
    plain = part.isascii() or (not part.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" not in part[:4])
    if (
        not plain
        or (declared and declared[1] not in ("utf-8", "us-ascii", "ascii"))
        or b"<!" in _without_comments(part)
    ):
        raise whole(
            f"Its part {name} holds declarations that no spreadsheet writes; nothing was read.",
            "ផ្នែកមួយក្នុងឯកសារតារាងនេះមានអ្វីដែលកម្មវិធីតារាងមិនសរសេរ។ មិនបានអានអ្វីឡើយ។",
        )


def _without_comments(part: bytes) -> bytes:
    return part.replace(b"<!--", b"").replace(b"<![CDATA[", b"")


def _rows(parts: Mapping[str, bytes], sheet: str) -> Iterator[tuple[int, list[Cell]]]:
    from openpyxl.cell.text import Text as Said
    from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader
    from openpyxl.xml.functions import iterparse

    class Reader(ExcelReader):  # type: ignore[misc]
        """openpyxl takes `x005F_` out of shared text; here it is read as it stands and unescaped once."""

        def read_strings(self) -> None:
            kind = self.package.find(SHARED_STRINGS)
            if kind is not None:
                with self.archive.open(kind.PartName[1:]) as source:
                    nodes = (node for _, node in iterparse(source) if node.tag == f"{{{MAIN}}}si")
                    self.shared_strings = [Said.from_tree(node).content for node in nodes]

    slim = io.BytesIO()
    with zipfile.ZipFile(slim, "w") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    reader = Reader(slim, read_only=True, keep_links=False)
    reader.read()
    if sheet not in reader.wb.sheetnames:
        raise whole(f"The sheet is missing; it is called `{sheet}`.", f"ខ្វះសន្លឹក `{sheet}`។", sheet)
    page = reader.wb[sheet]
    page.reset_dimensions()
    for number, cells in enumerate(page.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            raise whole(f"It has more than {MOST_ROWS} rows.", f"វាមានលើសពី {MOST_ROWS} ជួរ។", sheet)
        kept = [(cell.data_type or "n", cell.value) for cell in cells]
        while kept and kept[-1][1] is None:
            kept.pop()
        if kept:
            yield number, kept
