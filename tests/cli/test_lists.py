# SPDX-License-Identifier: Apache-2.0
"""`krama lists`: what was on a good line is kept, each bad line is named, and the scanners get it when published."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.builders import sha256
from tests.server.houses import House

pytestmark = pytest.mark.loopback
GOOD, OTHER = sha256("one"), "a" * 64
FILE = (
    "\ufeffsignal_type,value,labels,scheme,code,source_ref,expires,extra\r\n"
    f"sha256,{GOOD},កុមារ;ព្រំដែន,Industry Classification System,A1,ref-1,,x\r\n"
    "sha256,abc,,,,,,\r\n"
    f"SHA-256,{OTHER.upper()},,,,,2099-01-31,\r\n"
    f"crc32,{'0' * 8},,,,,,\r\n"
    f"pdq,{'f0' * 32},,,,,,\r\n"
)
NEW = ("--list", "Hotline", "--owner", "APLE", "--basis", "Agreement of 3 May 2026")
SCANNER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from krama.scanning import Content, Scanner
from krama.signals import WatchedSnapshots
scanner = Scanner(WatchedSnapshots(Path(sys.argv[1])), clock=lambda: datetime.now(UTC))
for line in sys.stdin:
    print(scanner.scan(Content.of_hashes([("sha256", line.strip(), None)])).verdict, flush=True)
"""


@pytest.fixture
def csv(tmp_path: Path) -> str:
    (tmp_path / "known.csv").write_bytes(FILE.encode())
    return str(tmp_path / "known.csv")


def test_good_lines_are_kept_bad_ones_named_and_the_status_says_so(real_house: House, csv: str) -> None:
    done = real_house.krama("lists", "import", csv, *NEW, "--radius", "20", "--label", "hotline", status=2)
    assert done.stderr.splitlines() == [
        "line 3: sha256 values have 64 hex digits; this one has 3.",
        "line 5: signal_type is “crc32”: give one of md5, sha1, sha256, pdq, url.",
    ]
    assert "3 signals are in 'Hotline'; 2 lines were not taken." in done.stdout
    rows = real_house.sql("SELECT type, value, labels, code FROM lists_listedsignal ORDER BY id")
    assert [(kind, value, code) for kind, value, _labels, code in rows] == [
        ("sha256", GOOD, "A1"),
        ("sha256", OTHER, ""),
        ("pdq", "f0" * 32, ""),
    ]
    assert json.loads(rows[0][2]) == ["កុមារ", "ព្រំដែន"]
    shown = real_house.krama("lists", "show").stdout
    assert "Hotline: 3 signals, child-abuse-material, block, radius 20, active" in shown
    assert "owner: APLE; basis: Agreement of 3 May 2026" in shown
    assert "Nothing published yet." in shown


def test_what_is_exported_is_imported_again_without_a_loss(real_house: House, csv: str, tmp_path: Path) -> None:
    real_house.krama("lists", "import", csv, *NEW, status=2)
    real_house.krama("lists", "export", "Hotline", "--output", str(tmp_path / "out.csv"))
    real_house.krama("lists", "import", str(tmp_path / "out.csv"), *NEW[:1], "Again", *NEW[2:])
    facts = "SELECT type, value, labels, scheme, code, source_ref, expires_at FROM lists_listedsignal"
    rows = real_house.sql(f"{facts} ORDER BY id")
    assert rows[:3] == rows[3:]
    assert real_house.one("SELECT count(*) FROM trail_entry WHERE event = 'list:exported'") == 1
    assert real_house.krama("lists", "export", "Hotline").stdout.startswith("signal_type,value,")


def test_imported_again_nothing_is_doubled(real_house: House, csv: str) -> None:
    for _ in range(2):
        real_house.krama("lists", "import", csv, *NEW, status=2)
    assert real_house.one("SELECT count(*) FROM lists_listedsignal") == 3


@pytest.mark.parametrize(
    ("text", "arguments", "says"),
    [
        ("value\nabc\n", NEW, "missing: signal_type"),
        ("", NEW, "missing: signal_type, value"),
        (FILE, NEW[:2], "to make it, say --owner and --basis"),
        (FILE, (*NEW, "--radius", "65"), "--radius"),
    ],
)
def test_a_file_or_list_that_cannot_be_is_refused_whole(
    real_house: House, tmp_path: Path, text: str, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "known.csv").write_text(text)
    assert says in real_house.krama("lists", "import", str(tmp_path / "known.csv"), *arguments, status=2).stderr
    assert real_house.sql("SELECT * FROM lists_list") == []


def test_a_list_that_is_not_there_names_those_that_are(demo_house: House) -> None:
    done = demo_house.krama("lists", "export", "Nothing", status=2)
    assert "There is no list called 'Nothing'; the lists are: Demo landscapes." in done.stderr


def test_a_running_scanner_takes_up_what_is_published(real_house: House, csv: str) -> None:
    command = [sys.executable, "-c", SCANNER, str(real_house.folder / "home" / "snapshots")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as scanner:
        assert scanner.stdin
        assert scanner.stdout

        def verdict(value: str) -> str:
            print(value, file=scanner.stdin)
            return str(scanner.stdout.readline().strip()) if scanner.stdout else ""

        assert verdict(GOOD) == "allow"
        real_house.krama("lists", "import", csv, *NEW, status=2)
        assert verdict(GOOD) == "allow"
        said = real_house.krama("lists", "publish").stdout
        assert said.rstrip().endswith(": Hotline (3 signals).")
        assert (verdict(GOOD), verdict(sha256("other"))) == ("block", "allow")
        scanner.stdin.close()
