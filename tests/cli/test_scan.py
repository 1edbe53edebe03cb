# SPDX-License-Identifier: Apache-2.0
"""`krama scan`: folders walked, findings in words or JSON, an exit status that says what happened."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import uuid
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageOps

from krama.cli import main
from krama.cli import scan as module
from krama.scanning import pdq_of
from krama.testing import changed_copy, encoded, jpeg, landscape, pattern

KNOWN = landscape(1)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with a changed copy deep inside and an unrelated picture."""
    folder = tmp_path / "photos"
    (folder / "2026" / "ខ្មែរ").mkdir(parents=True)
    (folder / "2026" / "ខ្មែរ" / "copy.jpg").write_bytes(jpeg(changed_copy(KNOWN), quality=60))
    (folder / "other.png").write_bytes(encoded(pattern(3), "PNG"))
    return folder


@pytest.fixture
def known(tmp_path: Path) -> Path:
    return listed(tmp_path, f"pdq,{pdq_of(KNOWN).value},hills;x")


def listed(folder: Path, *lines: str) -> Path:
    path = folder / "known.csv"
    path.write_text("\n".join(["signal_type,value,labels", *lines, ""]), "utf-8")
    return path


def scan(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["scan", *map(str, arguments)])


def test_a_changed_copy_is_found_and_an_unrelated_picture_is_not(photos: Path, known: Path) -> None:
    done = scan("--list", known, photos)
    assert done.exit_code == 1
    assert done.stdout.count("\n") == 1
    assert "copy.jpg: block - looks like a picture (" in done.stdout
    assert "of 256 bits differ) on list known (hills, x)" in done.stdout
    assert done.stderr == "2 scanned: 1 matched a list, 0 could not be searched whole; 0 errors.\n"


def test_json_is_the_shape_of_the_api_and_the_path_sorted(photos: Path, known: Path) -> None:
    done = scan("--list", known, "--json", photos)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(row["path"]).name for row in rows] == ["copy.jpg", "other.png"]
    assert set(rows[0]) == {
        "path", "scan_id", "verdict", "reason", "detail", "matches", "content", "snapshot", "took_ms",
    }  # fmt: skip
    assert uuid.UUID(rows[0]["scan_id"]).version == 4
    assert rows[0]["matches"][0]["distance"] <= 31
    assert [row["verdict"] for row in rows] == ["block", "allow"]
    assert (done.exit_code, done.stderr) == (1, "")


def test_nothing_found_is_status_zero(photos: Path, known: Path) -> None:
    assert scan("--list", known, photos / "other.png").exit_code == 0


def test_the_radius_is_kept(photos: Path, known: Path) -> None:
    assert scan("--list", known, "--radius", 0, photos).exit_code == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"text called .jpg", "not a picture Krama can open"),
        (jpeg(landscape(7))[:-500], "The end of the file is missing"),
    ],
)
def test_what_cannot_be_searched_whole_is_printed_and_status_two_wins(
    data: bytes, words: str, photos: Path, known: Path
) -> None:
    (photos / "broken.jpg").write_bytes(data)
    done = scan("--list", known, photos)
    assert done.exit_code == 2
    assert words in done.stdout
    assert "copy.jpg: block" in done.stdout


def test_bad_lines_of_a_list_are_named_and_the_good_ones_used(photos: Path, tmp_path: Path) -> None:
    known = listed(tmp_path, "md5,12", f"pdq,{pdq_of(KNOWN).value}", "colour,red")
    done = scan("--list", known, photos)
    assert done.exit_code == 2
    assert "copy.jpg: block" in done.stdout
    assert "line 2 was left out: md5 values have 32 hex digits; this one has 2." in done.stderr
    assert "line 4 was left out: signal_type is “colour”" in done.stderr


@pytest.mark.parametrize("text", ["", "no,header\n1,2\n"])
def test_a_list_without_a_header_is_one_clear_line(text: str, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(text)
    done = scan("--list", tmp_path / "l.csv", photos)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "must name the columns signal_type and value" in done.stderr


def test_a_missing_list_is_one_clear_line(photos: Path) -> None:
    done = scan("--list", photos / "none.csv", photos)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "none.csv cannot be read: No such file or directory" in done.stderr


def test_without_a_list_the_hashes_are_printed(photos: Path) -> None:
    done = scan(photos / "other.png")
    assert done.exit_code == 0
    assert f"pdq {pdq_of(pattern(3)).value} (100)" in done.stdout


def test_hashes_printed_for_a_list_are_the_exact_ones(tmp_path: Path) -> None:
    for seed in range(6):
        data = jpeg(landscape(seed), quality=50)
        (tmp_path / "one.jpg").write_bytes(data)
        assert f"pdq {pdq_of(Image.open(BytesIO(data))).value} " in scan(tmp_path / "one.jpg").stdout


def test_a_mirrored_copy_is_found_on_request(photos: Path, known: Path) -> None:
    mirrored = ImageOps.mirror(KNOWN)
    (photos / "mirrored.jpg").write_bytes(jpeg(mirrored))
    assert "mirrored.jpg: block" not in scan("--list", known, photos).stdout
    assert "mirrored.jpg: block" in scan("--list", known, "--dihedral", photos).stdout


def test_a_missing_path_does_not_stop_the_others(photos: Path, known: Path) -> None:
    done = scan("--list", known, photos / "gone", photos)
    assert done.exit_code == 2
    assert "gone cannot be read: No such file or directory" in done.stderr
    assert "copy.jpg: block" in done.stdout


def test_pipes_are_named_and_never_opened_and_links_to_folders_not_followed(photos: Path, known: Path) -> None:
    os.mkfifo(photos / "a_pipe")
    (photos / "loop").symlink_to(photos)
    done = scan("--list", known, photos)
    assert done.exit_code == 2
    assert "a_pipe is not a file (a pipe, socket or device)" in done.stderr
    assert done.stdout.count("copy.jpg") == 1


def test_an_unreadable_file_is_named(photos: Path, known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = module._read

    def denied(path: Path) -> bytes | None:
        if path.name == "other.png":
            raise PermissionError(13, "Permission denied")
        return sound(path)

    monkeypatch.setattr(module, "_read", denied)
    done = scan("--list", known, photos)
    assert done.exit_code == 2
    assert "other.png cannot be read: Permission denied" in done.stderr
    assert "copy.jpg: block" in done.stdout


def test_a_file_past_the_limit_is_named_and_not_read(photos: Path, known: Path) -> None:
    with (photos / "huge.jpg").open("wb") as stream:
        stream.truncate(300 * 1024 * 1024)
    done = scan("--list", known, photos)
    assert done.exit_code == 2
    assert "huge.jpg is larger than 50 MB and was not scanned: scan a smaller copy of it." in done.stderr
    assert "copy.jpg: block" in done.stdout


def test_a_name_that_is_no_utf8_is_printed(photos: Path) -> None:
    name = os.fsencode(photos) + b"/\xff\xfe.png"
    with open(name, "wb") as stream:  # noqa: PTH123 - a Path cannot be made of every name
        stream.write(encoded(pattern(3), "PNG"))
    done = scan("--json", photos)
    assert [json.loads(line)["verdict"] for line in done.stdout.splitlines()] == ["allow"] * 3


def test_a_name_cannot_command_the_terminal(photos: Path) -> None:
    (photos / "a\x1b[2Jb\nc\u200bខ្មែរ.png").write_bytes(b"")
    done = scan(photos)
    assert "a\ufffd[2Jb\ufffdc\u200bខ្មែរ.png: review" in done.stdout
    assert json.loads(scan("--json", photos).stdout.splitlines()[1])["path"].endswith("a\x1b[2Jb\nc\u200bខ្មែរ.png")


def test_on_a_terminal_a_bar_is_shown_on_stderr_and_findings_stand_alone(photos: Path, known: Path) -> None:
    leader, follower = pty.openpty()
    program = "import sys; from krama.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "scan", "--list", str(known), str(photos)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=follower, timeout=60, check=False)
    os.close(follower)
    shown = os.read(leader, 65536).decode()
    os.close(leader)
    assert done.returncode == 1
    assert "Scanning" in shown
    assert b"Scanning" not in done.stdout
    assert done.stdout.count(b"\n") == 1


def test_ctrl_c_is_not_taken_for_a_match(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_scan_one", pressed)
    assert scan(photos).exit_code == 130


def test_a_broken_pipe_ends_quietly(photos: Path) -> None:
    program = "import sys; from krama.cli import main; main(['scan', '--json', *sys.argv[1:]])"
    paths = [str(photos / "other.png")] * 40
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", program, *paths], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 2
    process.stderr.close()


def test_it_runs_without_the_server(photos: Path, known: Path) -> None:
    program = "import sys; sys.modules.update({'django': None, 'ninja': None})\nfrom krama.cli import main\n"
    program += f"main(['scan', '--list', {str(known)!r}, {str(photos)!r}])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr


def test_help_has_an_example() -> None:
    assert "krama scan --list known.csv photos/" in scan("--help").stdout
