# SPDX-License-Identifier: Apache-2.0
"""The fast hash is within its margin of the exact one, and refuses every file it is not sure of.

The measurement with hundreds of pictures is `make bench-pdq`; this is a sample of it, with what must be refused.
"""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from krama.scanning import Limits, Pdq, quick, read_picture, tent
from krama.testing import encoded, jpeg, landscape, pattern


def apart(one: Pdq, other: Pdq) -> int:
    return (int(one.value, 16) ^ int(other.value, 16)).bit_count()


def both(data: bytes) -> tuple[Pdq, Pdq]:
    fast, exact = read_picture(data, Limits()), read_picture(data, Limits(), exact=True)
    assert (fast.reason, fast.size, fast.media_type) == (exact.reason, exact.size, exact.media_type)
    return fast.hashes[0], exact.hashes[0]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000), kind=st.sampled_from([landscape, pattern]), quality=st.integers(40, 98),
    size=st.tuples(st.integers(40, 1500), st.integers(40, 1100)), progressive=st.booleans(),
    colour=st.sampled_from(["4:2:0", "4:2:2", "4:4:4"]),
)  # fmt: skip
def test_of_any_jpeg_the_fast_hash_is_within_the_margin(
    seed: int, kind: type, quality: int, size: tuple[int, int], progressive: bool, colour: str
) -> None:
    image = kind(seed, size)
    fast, exact = both(encoded(image, "JPEG", quality=quality, subsampling=colour, progressive=progressive))
    assert apart(fast, exact) <= quick.MARGIN
    assert abs(fast.quality - exact.quality) <= 3


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_other_formats_are_a_bit_apart_at_most(form: str, mode: str) -> None:
    for seed in range(3):
        fast, exact = both(encoded(landscape(seed, (397, 211)).convert(mode), form))
        assert apart(fast, exact) <= 2


def test_a_map_of_the_small_picture_as_if_it_were_the_whole_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    data = [jpeg(landscape(seed, (1920, 1088))) for seed in range(4)]
    exact = [read_picture(one, Limits(), exact=True).hashes[0] for one in data]
    right = tent.shrunk

    def small_as_whole(rows, size, factor):  # type: ignore[no-untyped-def]
        return right(rows, (size[0] // factor, size[1] // factor))

    good = sum(apart(read_picture(one, Limits()).hashes[0], known) for one, known in zip(data, exact, strict=True))
    monkeypatch.setattr(quick, "shrunk", small_as_whole)
    bad = sum(apart(read_picture(one, Limits()).hashes[0], known) for one, known in zip(data, exact, strict=True))
    assert bad > 2 * good + 4


def plain() -> bytes:
    return jpeg(landscape(5, (640, 480)))


def cmyk() -> bytes:
    return encoded(landscape(5, (640, 480)).convert("CMYK"), "JPEG")


def rgb() -> bytes:
    return encoded(landscape(5, (640, 480)), "JPEG", keep_rgb=True)


def cut() -> bytes:
    return plain()[:-2000]


def damaged() -> bytes:
    data = bytearray(plain())
    for at in range(len(data) // 2, len(data) // 2 + 400, 7):
        data[at] ^= 0x5A
    return bytes(data)


def claiming_another_size() -> bytes:
    return plain().replace(b"\x01\xe0\x02\x80", b"\x01\xe0\x03\x80", 1)


def faint() -> bytes:
    noise = np.random.default_rng(1).normal(128, 6, (480, 640)).clip(0, 255).astype(np.uint8)
    return encoded(Image.fromarray(noise), "JPEG", quality=30)


def test_a_plain_file_is_hashed_fast() -> None:
    assert quick.spectrum_of_jpeg(plain(), (640, 480)) is not None
    assert not read_picture(plain(), Limits()).exact


@pytest.mark.parametrize("make", [cmyk, rgb, cut, damaged, claiming_another_size, faint])
def test_what_it_is_not_sure_of_is_hashed_exactly(make) -> None:  # type: ignore[no-untyped-def]
    data = make()
    fast, exact = read_picture(data, Limits()), read_picture(data, Limits(), exact=True)
    assert fast.exact
    assert fast == exact


def test_two_pictures_in_one_jpeg_are_both_hashed() -> None:
    stream = io.BytesIO()
    landscape(1).save(stream, "MPO", save_all=True, append_images=[landscape(2)])
    seen = read_picture(stream.getvalue(), Limits())
    assert len(seen.hashes) == 2
    assert seen.exact


@settings(max_examples=250, deadline=None)
@given(flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6))
@pytest.mark.filterwarnings("default")
def test_a_damaged_jpeg_is_said_the_same_of_fast_and_exact(flips: list[tuple[float, int]]) -> None:
    data = bytearray(SMALL)
    for place, byte in flips:
        data[int(place * len(data))] = byte
    fast, exact = read_picture(bytes(data), Limits()), read_picture(bytes(data), Limits(), exact=True)
    assert (fast.reason, len(fast.hashes)) == (exact.reason, len(exact.hashes))


def test_colours_past_what_a_screen_can_show_are_outside_the_bound() -> None:
    """Stated in decision 30: brightness is stored beside colour there, and only the exact way sees both clipped."""
    data = bytearray(jpeg(landscape(5, (640, 480)), quality=50))
    tables = data.index(b"\xff\xdb", data.index(b"\xff\xdb") + 2) + 5  # the second table is that of colour
    data[tables : tables + 64] = b"\xff" * 64
    fast, exact = both(bytes(data))
    assert apart(fast, exact) > quick.MARGIN


SMALL = jpeg(landscape(9, (160, 120)))


@pytest.mark.parametrize("size", [(4, 4), (4, 900), (900, 4), (1, 1)])
def test_what_is_too_small_has_the_empty_hash(size: tuple[int, int]) -> None:
    for form in ("JPEG", "PNG"):
        assert both(encoded(landscape(1, size), form)) == (Pdq("0" * 64, 0),) * 2


def test_the_decoders_process_never_loads_a_compiler() -> None:
    import subprocess
    import sys

    program = "import sys, krama.scanning.apart; print([m for m in sys.modules if m.startswith(('numba', 'llvmlite'))])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
