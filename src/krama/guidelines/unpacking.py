# SPDX-License-Identifier: Apache-2.0
"""A ZIP that somebody else made, into memory: bounded in number, size and growth, and no name that points elsewhere."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass

from krama.errors import BadInput

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What is taken at most; a ratio is asked only of files above `free` bytes."""

    files: int = 2_000
    one: int = 64 * MB
    together: int = 256 * MB
    ratio: int = 200
    free: int = 1 * MB


class BadArchive(BadInput):
    """This is not a ZIP that can be opened safely."""

    code = "bad_archive"


def unpack(content: bytes, limits: Limits) -> dict[str, bytes]:
    """Every file by its name, in the archive's order; each checksum was read. `BadArchive` names the file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            _check(infos, limits)
            return _read(archive, infos, limits)
    except BadArchive:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError) as error:
        raise BadArchive(f"It is damaged or no ZIP file: {error}. Send the file again as it was saved.") from error
    except (ValueError, NotImplementedError, RuntimeError, LookupError, MemoryError, OverflowError) as error:
        raise BadArchive(
            "It is damaged: its table of contents cannot be read. Send it again as it was saved."
        ) from error
    except Exception as error:  # struct.error and what else a changed byte can call forth
        raise BadArchive("It is damaged and cannot be opened. Send it again as it was saved.") from error


def _check(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(infos) > limits.files:
        raise BadArchive(f"It holds {len(infos)} files; at most {limits.files} are taken.")
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        if not _is_inside(name) or stat.S_ISLNK(info.external_attr >> 16):
            raise BadArchive(f"{name!r} points outside the archive; nothing was read.", file=name)
        if name.casefold() in seen:
            raise BadArchive(f"{name!r} stands in it twice; nothing was read.", file=name)
        if info.flag_bits & 1:
            raise BadArchive(f"{name!r} is locked with a password; save it without one.")
        seen.add(name.casefold())
        if info.file_size > max(limits.free, limits.ratio * info.compress_size):
            raise BadArchive(f"{name!r} grows more than {limits.ratio} times when it is opened; nothing was read.")
        if info.file_size > limits.one:
            raise BadArchive(f"{name!r} is larger than {limits.one // MB} MB.")
    if sum(info.file_size for info in infos) > limits.together:
        raise BadArchive(f"Its files together are larger than {limits.together // MB} MB; nothing was read.")


def _is_inside(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    return bool(name) and "\\" not in name and ":" not in name and not {"", ".", ".."} & set(parts)


def _read(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], limits: Limits) -> dict[str, bytes]:
    # The size that an entry names bounds what is read of it; reading to its end checks its checksum.
    return {info.filename: _read_one(archive, info) for info in infos if not info.is_dir()}


def _read_one(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(info)
    except MemoryError:
        raise
    except Exception as error:  # whatever a changed byte calls forth: the file is named
        raise BadArchive(
            f"{info.filename!r} is damaged: {error}. Send the file again as it was saved.", file=info.filename
        ) from error
