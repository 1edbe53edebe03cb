# SPDX-License-Identifier: Apache-2.0
"""Write the HEIC files of the tests again, from generated landscapes. Needs `pillow-heif`, which Krama must not use.

Run: python -m tests.scanning.make_heic (its encoder is under the GPL: in an environment of its own, for this only)
"""

from __future__ import annotations

from pathlib import Path

from krama.testing import landscape

HERE = Path(__file__).with_name("heic")


def main() -> None:
    """Three small files: a picture, a smaller one, and three pictures in one file."""
    import pillow_heif

    for name, seeds, size, quality in (
        ("whole", [1], (320, 240), 30), ("small", [2], (48, 40), 60), ("several", [0, 1, 2], (64, 80), 60),
    ):  # fmt: skip
        file = pillow_heif.from_pillow(landscape(seeds[0], size))
        for seed in seeds[1:]:
            file.add_from_pillow(landscape(seed, size))
        file.save(HERE / f"{name}.heic", quality=quality)


if __name__ == "__main__":
    main()
