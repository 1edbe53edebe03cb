# SPDX-License-Identifier: Apache-2.0
"""Opening: six formats, whole, cut, claimed too large, damaged; it always answers, and never lets content past."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from krama.scanning import Pdq, pdq_of, read_picture
from krama.scanning.container import Frame, read_frame
from krama.scanning.opening import Limits, Picture
from krama.testing import animation, encoded, landscape

FORMS = ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIC"]
ANIMATED = ["GIF", "PNG", "WEBP", "AVIF"]
HEICS = Path(__file__).with_name("heic")  # made by make_heic.py: what opens HEIC here cannot write it


def made(form: str, seed: int, size: tuple[int, int], heic: str) -> bytes:
    return (HEICS / heic).read_bytes() if form == "HEIC" else encoded(landscape(seed, size), form)


WHOLE = {form: made(form, 1, (320, 240), "whole.heic") for form in FORMS}
SMALL = {form: made(form, 2, (48, 40), "small.heic") for form in FORMS}
MOVING = {form: animation([landscape(seed, (64, 80)) for seed in range(40)], form) for form in ANIMATED}


def opened(data: bytes, limits: Limits | None = None) -> tuple[Picture, list[Pdq]]:
    picture = Picture(data, limits or Limits())
    return picture, list(picture.hashes())


def apart(one: Pdq, other: Pdq) -> int:
    return (int(one.value, 16) ^ int(other.value, 16)).bit_count()


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_picture_is_hashed_and_nothing_is_said(form: str) -> None:
    picture, (found,) = opened(WHOLE[form])
    assert (picture.reason, picture.media_type, picture.size) == (None, f"image/{form.lower()}", (320, 240))
    assert apart(found, pdq_of(landscape(1, (320, 240)))) <= 10


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.999])
def test_a_cut_picture_is_said_to_be_cut_wherever_it_is_cut(form: str, share: float) -> None:
    picture, _ = opened(WHOLE[form][: int(len(WHOLE[form]) * share)])
    assert picture.reason == "truncated", picture.detail


@pytest.mark.parametrize("form", FORMS)
def test_every_single_place_to_cut_a_small_picture_is_noticed(form: str) -> None:
    for length in range(4, len(SMALL[form]), 7):
        frame = read_frame(SMALL[form][:length])
        assert frame is not None, length
        assert frame.cut, length
    frame = read_frame(SMALL[form])
    assert frame is not None
    assert not frame.cut


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])  # an AVIF decoder gives all of a frame or nothing
def test_a_picture_that_lost_its_last_bytes_is_still_near(form: str) -> None:
    _, (found,) = opened(WHOLE[form][:-200])
    assert apart(found, pdq_of(landscape(1, (320, 240)))) <= 31


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 5}, {"subsampling": "4:4:4"}])
def test_a_jpeg_is_whole_whether_its_scans_are_walked_or_not(options: dict[str, object]) -> None:
    data = encoded(landscape(1, (320, 240)), "JPEG", **options)
    assert read_frame(data) == read_frame(data + b"appended") == Frame("JPEG", False, (320, 240), 1)
    assert read_frame(encoded(landscape(1, (320, 240)).convert("L"), "JPEG")) == Frame("JPEG", False, (320, 240), 1)


def test_an_end_that_was_put_behind_a_cut_jpeg_is_left_to_the_decoder_that_gives_what_is_there() -> None:
    data = WHOLE["JPEG"][: len(WHOLE["JPEG"]) * 2 // 3] + b"\xff\xd9"
    fast, exact = read_picture(data, Limits()), read_picture(data, Limits(), exact=True)
    assert fast == exact
    assert fast.exact


def test_a_cut_progressive_jpeg_gives_its_first_scans() -> None:
    data = encoded(landscape(1, (320, 240)), "JPEG", progressive=True)
    picture, (found,) = opened(data[: len(data) // 2])
    assert picture.reason == "truncated"
    assert apart(found, pdq_of(landscape(1, (320, 240)))) <= 31


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF"])
def test_bytes_after_the_end_do_not_make_it_cut(form: str) -> None:
    picture, found = opened(WHOLE[form] + b"appended by a phone" * 9)
    assert (picture.reason, len(found)) == (None, 1)


@pytest.mark.parametrize(
    "data", [b"", b"a letter, not a picture", b"%PDF-1.7 ...", b"\0" * 5000, b"<svg/>", b"BM" * 99]
)
def test_what_is_no_picture_is_undecodable(data: bytes) -> None:
    picture, found = opened(data)
    assert (picture.reason, found) == ("undecodable", [])


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(5000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


CLAIMS = {
    "PNG": png_claiming(50_000, 50_000),
    "GIF": SMALL["GIF"][:6] + struct.pack("<HH", 60_000, 60_000) + SMALL["GIF"][10:],
    "WEBP": b"RIFF" + struct.pack("<I", 40) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xff\x3f\0" * 2,
    "JPEG": SMALL["JPEG"].replace(struct.pack(">HH", 40, 48), struct.pack(">HH", 65_000, 65_000), 1),
    "AVIF": SMALL["AVIF"].replace(
        b"ispe" + struct.pack(">III", 0, 48, 40), b"ispe" + struct.pack(">III", 0, 60_000, 60_000)
    ),
    "HEIC": SMALL["HEIC"].replace(
        b"ispe" + struct.pack(">III", 0, 64, 64), b"ispe" + struct.pack(">III", 0, 60_000, 60_000)
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_claim_past_the_cap_is_refused_before_any_decoder_runs(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("a decoder was called"))
    picture, found = opened(CLAIMS[form])
    assert (picture.reason, found) == ("undecodable", [])
    assert "the limit is 50,000,000" in (picture.detail or "")


def test_the_refusal_names_the_claimed_size() -> None:
    picture, _ = opened(CLAIMS["PNG"])
    assert picture.size == (50_000, 50_000)
    assert "50,000 x 50,000" in (picture.detail or "")


def test_the_cap_cannot_be_set_where_pillow_only_warns() -> None:
    with pytest.raises(ValueError, match="pixels must be"):
        Limits(pixels=100_000_000)


@pytest.mark.parametrize("form", ANIMATED)
def test_sixteen_frames_of_an_animation_are_searched_the_first_and_the_last_among_them(form: str) -> None:
    picture, found = opened(MOVING[form])
    assert (picture.reason, len(found)) == (None, 16)
    assert apart(found[0], pdq_of(landscape(0, (64, 80)))) <= 16
    assert apart(found[-1], pdq_of(landscape(39, (64, 80)))) <= 16


@pytest.mark.parametrize("form", ANIMATED)
def test_a_cut_animation_gives_the_frames_before_the_cut(form: str) -> None:
    picture, found = opened(MOVING[form][: len(MOVING[form]) // 2])
    assert picture.reason == "truncated"
    assert len(found) >= 1


@pytest.mark.parametrize("form", ANIMATED)
def test_frames_past_the_bound_on_work_are_named_never_passed_over(form: str) -> None:
    picture, found = opened(MOVING[form], Limits(work=100_000))
    assert picture.reason == "truncated"
    assert "of 40" in (picture.detail or "")
    assert 1 <= len(found) < 16


def test_a_gif_of_ten_thousand_frames_answers_quickly() -> None:
    frames = [landscape(seed, (32, 24)).quantize(8) for seed in range(50)] * 200
    data = animation(frames, "GIF")
    started = time.perf_counter()
    picture, found = opened(data)
    assert time.perf_counter() - started < 10
    assert (picture.reason, len(found)) == (None, 16)


@pytest.mark.parametrize("claimed", [1, 0x7FFFFFFF])
def test_an_apng_that_lies_about_its_frames_is_for_a_person(claimed: int) -> None:
    at = MOVING["PNG"].index(b"acTL")
    body = b"acTL" + struct.pack(">II", claimed, 0)
    lying = MOVING["PNG"][:at] + body + struct.pack(">I", zlib.crc32(body)) + MOVING["PNG"][at + 16 :]
    assert opened(lying)[0].reason in ("truncated", "undecodable")


COSTLY = {
    "JPEG markers": SMALL["JPEG"][:2] + b"\xff\xfe\0\2" * 2_000_000 + SMALL["JPEG"][2:],
    "PNG chunks": SMALL["PNG"][:33] + (b"\0\0\0\0tESt" + struct.pack(">I", zlib.crc32(b"tESt"))) * 700_000,
    "GIF stray bytes": SMALL["GIF"][:13] + b"\1" * 8_000_000,
    "GIF blocks": SMALL["GIF"][:-1] + b"\x21\xfe" + b"\1a" * 4_000_000 + b"\0;",
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_file_of_very_many_parts_is_read_to_a_bound(name: str) -> None:
    started = time.perf_counter()
    picture, _ = opened(COSTLY[name])
    assert time.perf_counter() - started < 10
    assert picture.reason == "truncated"


def test_a_jpeg_of_very_many_scans_is_read_to_a_bound() -> None:
    data = encoded(landscape(1, (64, 64)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    picture, found = opened(data[:last] + data[last:-2] * 500 + data[-2:])
    assert (picture.reason, len(found)) == ("truncated", 1)


def _raise(error: Exception) -> Callable[..., object]:
    def load(*_: object) -> object:
        raise error

    return load


ERRORS = [MemoryError(), struct.error("x"), SyntaxError("x"), EOFError(), OverflowError(), ValueError("x"), KeyError(1)]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("step", ["open", "load"])
def test_whatever_a_decoder_raises_is_undecodable(error: Exception, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr({"open": Image, "load": ImageFile.ImageFile}[step], step, _raise(error))
    assert opened(WHOLE["PNG"])[0].reason == "undecodable"


def test_a_reader_that_lets_an_exception_out_is_caught_by_these_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(self: Picture) -> object:
        with Image.open(io.BytesIO(self._data)) as image:
            yield pdq_of(image)

    monkeypatch.setattr(Picture, "hashes", careless)
    with pytest.raises(OSError, match="truncated"):
        opened(WHOLE["PNG"][:5000])


def test_a_fault_of_our_own_reader_is_undecodable_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krama.scanning.opening.read_frame", _raise(IndexError("x")))
    assert opened(WHOLE["PNG"])[0].reason == "undecodable"


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12))
@pytest.mark.filterwarnings("default")
def test_flipped_bytes_never_raise(form: str, flips: list[tuple[float, int]]) -> None:
    data = bytearray(SMALL[form])
    for place, byte in flips:
        data[int(place * len(data))] = byte
    picture, found = opened(bytes(data))
    assert picture.reason is not None or found


@settings(max_examples=150, deadline=None)
@given(head=st.sampled_from([b"", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x40\0\0\0WEBPVP8X", b"\0\0\0\x1cftypavif",
                             b"\x89PNG\r\n\x1a\n"]), tail=st.binary(max_size=300))  # fmt: skip
def test_any_bytes_get_an_answer(head: bytes, tail: bytes) -> None:
    picture, found = opened(head + tail)
    assert picture.reason is not None or found


def test_the_memory_one_decode_may_take_is_stated_and_kept() -> None:
    program = """
import io, sys
from PIL import Image
from krama.scanning.opening import Limits, Picture
data = open(sys.argv[1], "rb").read()
list(Picture(data[:9], Limits()).hashes())
open("/proc/self/clear_refs", "w").write("5")
def peak(): return int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1]) * 1024
before = peak()
assert list(Picture(data, Limits(pixels=6_000_000)).hashes())
print((peak() - before) / Limits(pixels=6_000_000).memory)
"""
    for form in ("WEBP", "PNG"):
        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).write_bytes(encoded(Image.linear_gradient("L").resize((3000, 2000)).convert("RGB"), form))
            done = subprocess.run(
                [sys.executable, "-c", program, file.name], capture_output=True, text=True, check=True
            )
        assert 0.1 < float(done.stdout) <= 1 + 0.3  # plus the fixed working space of 8 MiB arrays


def test_global_settings_of_pillow_stay_as_they_were() -> None:
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    opened(WHOLE["PNG"][:3000])
    opened(CLAIMS["PNG"])
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
