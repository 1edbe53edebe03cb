# SPDX-License-Identifier: Apache-2.0
"""`krama guidelines pack` makes a proof pack in a home; `krama guidelines verify` checks one anywhere.

Checking must never need the server, a home or a network: whoever checks believes none of them.
"""

from __future__ import annotations

from pathlib import Path

import click

from krama.text import Text

LANGUAGES = click.Choice(["km", "en"])
LARGEST = 300 * 1024**2
HASH = "[0-9a-fA-F]{64}"
GOOD = Text("All {files} files are as they were packed.", "ឯកសារទាំង {files} ដូចពេលវេចខ្ចប់។")
BAD = Text("This pack is not as it was made:", "កញ្ចប់នេះមិនដូចពេលបង្កើតទេ៖")
ABOUT = Text(
    "Assessment {number} ({state}), catalogue version {catalogue}, country version {country}, made {made}.",
    "ការវាយតម្លៃលេខ {number} ({state}) បញ្ជីកំណែ {catalogue} ប្រទេសកំណែ {country} បង្កើត {made}។",
)
STATES = {
    "submitted": Text("waits for approval", "រង់ចាំការអនុម័ត"),
    "approved": Text("approved", "បានអនុម័ត"),
    "returned": Text("sent back", "បានបញ្ជូនត្រឡប់"),
}
COMPARE = Text(
    "Compare this with the first page of the printed paper and with the firm's trail:",
    "សូមប្រៀបធៀបលេខនេះជាមួយទំព័រទីមួយនៃឯកសារបោះពុម្ព និងកំណត់ហេតុរបស់ក្រុមហ៊ុន៖",
)
ANEW = Text(
    "The files are the same, but the ZIP around them was written anew by another program.",
    "ឯកសារដូចដើម ប៉ុន្តែកម្មវិធីផ្សេងបានវេចខ្ចប់វាសារជាថ្មី។",
)


def _hash(_ctx: click.Context, _option: click.Parameter, given: str) -> str:
    import re

    if given and not re.fullmatch(HASH, given.strip()):
        raise click.BadParameter("give the 64 letters and digits of the hash")
    return given.strip()


@click.command()
@click.argument("pack", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--manifest-sha256", default="", callback=_hash, help="From the trail, or from the first printed page.")
@click.option("--sums-sha256", default="", callback=_hash, help="The second hash that the trail keeps.")
@click.option("--lang", "language", type=LANGUAGES, default="en", show_default=True, help="Khmer or English.")
@click.pass_context
def verify(ctx: click.Context, pack: Path, manifest_sha256: str, sums_sha256: str, language: str) -> None:
    """Check a proof pack offline; name each file that differs (then exit status 1).

    \b
    Example:
      krama guidelines verify proof-pack-1.zip --manifest-sha256 HASH
    """
    from krama.guidelines.verify import Verified, verify_pack

    if pack.stat().st_size > LARGEST:
        raise click.UsageError(f"This file is larger than {LARGEST // 1024**2} MB; no proof pack is.")
    found: Verified = verify_pack(pack.read_bytes(), manifest_sha256=manifest_sha256, sums_sha256=sums_sha256)
    if not found.ok:
        click.echo(BAD.in_(language))
        for fault in found.faults:
            click.echo(f"  {_safe(fault.in_(language))}")
        ctx.exit(1)
    click.echo(GOOD.in_(language).format(files=found.files))
    if about := _about(dict(found.facts), language):
        click.echo(_safe(about))
    if not found.as_packed:
        click.echo(ANEW.in_(language))
    if not manifest_sha256:
        click.echo(f"{COMPARE.in_(language)}\n  {found.manifest_sha256}")


@click.command()
@click.option("--edition", "number", type=click.IntRange(1), help="The last one approved when left out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
def pack(number: int | None, out: Path | None) -> None:
    """Make the proof pack of one assessment, and write its hashes into the trail.

    \b
    Example:
      krama guidelines pack --edition 1 --out proof-pack.zip
    """
    from krama.cli.assess import enter

    enter()
    from krama.server.assessments.actions.packs import make
    from krama.server.trail.actor import TERMINAL

    made = make(TERMINAL, number=number)
    target = out or Path(made.name)
    target.write_bytes(made.made.content)
    click.echo(f"{target}: assessment {made.edition.number}, {len(made.made.content):,} bytes")
    click.echo(f"  manifest.json  {made.made.manifest_sha256}")
    click.echo(f"  SHA256SUMS     {made.made.sums_sha256}")


def _about(facts: dict[str, object], language: str) -> str:
    """What the pack speaks of, when it says so as Krama does."""
    try:
        return ABOUT.in_(
            language
        ).format(
            number=facts["number"],
            state=STATES[str(facts["state"])].in_(language),
            catalogue=facts["catalogue"]["version"],  # type: ignore[index]
            country=facts["country"]["version"],  # type: ignore[index]
            made=str(facts["made_at"])[:10],
        )
    except (KeyError, TypeError):
        return ""


def _safe(text: str) -> str:
    """A pack comes from somebody else: nothing in it may steer the terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
