# SPDX-License-Identifier: Apache-2.0
"""`krama trail`: who did what. With --bundle or --proof it needs no home, no database and no server."""

from __future__ import annotations

from pathlib import Path

import click

from krama.errors import BadInput
from krama.ledger import PublicKey, check_proof, read_bundle, verify_bundle

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def trail() -> None:
    """Who did what."""


@trail.command()
@click.option("--bundle", type=FILE, help="What `krama trail export` made; verified without any home.")
@click.option("--proof", type=FILE, help="What `krama trail prove` made; verified without any home.")
@click.option("--public-key", type=FILE, help="The trail's public key, as it was handed to you.")
@click.option("--checkpoint", "checkpoints", type=FILE, multiple=True, help="A checkpoint you kept from before.")
@click.option(
    "--tiles",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your own copy of the witness folder: then the first entry at fault is named.",
)
@click.pass_context
def verify(
    ctx: click.Context,
    bundle: Path | None,
    proof: Path | None,
    public_key: Path | None,
    checkpoints: tuple[Path, ...],
    tiles: Path | None,
) -> None:
    """Verify the whole trail and name what was changed, removed or inserted (then exit status 1).

    \b
    Examples:
      krama trail verify
      krama trail verify --bundle trail.krama --public-key trail.pub --checkpoint kept-in-march
      krama trail verify --proof entry.tlog-proof --public-key trail.pub
    """
    if not bundle and not proof:
        ok, sentence = _of_this_home()
    elif (bundle and proof) or not public_key:
        raise BadInput("Name one of --bundle and --proof, and the --public-key that signed it.")
    else:
        key = PublicKey.parse(_text(public_key))
        notes = [_text(path) for path in checkpoints]
        ok, sentence = _bundle(bundle, key, notes, tiles) if bundle else _proof(proof or Path(), key)
    click.echo(sentence)
    ctx.exit(0 if ok else 1)


def _of_this_home() -> tuple[bool, str]:
    from krama.cli import house

    house.enter_ready()
    from krama.server.trail.verify import verify as check

    found = check()
    return found.ok, found.sentence()


def _bundle(path: Path, key: PublicKey, notes: list[str], tiles: Path | None) -> tuple[bool, str]:
    found = verify_bundle(read_bundle(path), key, checkpoints=notes, tiles=tiles)
    return found.ok, found.sentence()


def _proof(path: Path, key: PublicKey) -> tuple[bool, str]:
    found = check_proof(_text(path), key)
    if found is None:
        return False, "This proof does not hold: the entry is not what was signed at this place."
    return True, f"{found.entry}\nThis is entry {found.index} of {found.checkpoint.size} in {found.checkpoint.origin}."


@trail.command()
@click.option("--output", type=NEW_FILE, required=True, help="Where the bundle goes.")
def export(output: Path) -> None:
    """Write the whole trail into one file that can be verified on another machine. It names actions, and nobody.

    \b
    Example:
      krama trail export --output trail.krama
    """
    from krama.cli import house

    house.enter_ready()
    from krama.server.trail.actor import TERMINAL
    from krama.server.trail.export import export as carry_out

    count = carry_out(TERMINAL, path=output)
    click.echo(
        f"{count} entries are in {output}. Verify it elsewhere: krama trail verify --bundle FILE --public-key FILE"
    )


@trail.command()
@click.argument("entry_id")
@click.option("--output", type=NEW_FILE, help="Where the proof goes; without it, to the screen.")
def prove(entry_id: str, output: Path | None) -> None:
    """Prove that one entry stands in the trail (c2sp.org/tlog-proof), to somebody who gets nothing else of it.

    \b
    Example:
      krama trail prove 0f6c… --output entry.tlog-proof
    """
    from krama.cli import house

    house.enter_ready()
    from krama.server.trail.actor import TERMINAL
    from krama.server.trail.export import prove as carry_out

    _give(carry_out(TERMINAL, entry_id=entry_id), output)


@trail.command("public-key")
@click.option("--output", type=NEW_FILE, help="Where it goes; without it, to the screen.")
def public_key(output: Path | None) -> None:
    """The key with which the trail's checkpoints are verified. Hand it out on paper, or in another way than the bundle.

    \b
    Example:
      krama trail public-key --output trail.pub
    """
    from krama.cli import house

    house.enter()
    from krama.server.trail.seal import signing_key

    _give(f"{signing_key().public}\n", output)


@trail.command("begin-again")
def begin_again() -> None:
    """After you put back a backup of the database: go on from there. Its witness is kept, and the loss is an entry.

    \b
    Example:
      krama trail begin-again
    """
    from krama.cli import house

    house.enter_ready()
    from krama.server.trail.actor import TERMINAL
    from krama.server.trail.branch import begin_again as carry_out

    count = carry_out(TERMINAL)
    click.echo(
        f"The trail goes on. {count} entries that its witness knew are lost; tell your auditor, who will see it."
    )


def _give(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text)


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, ValueError) as problem:
        raise BadInput(f"{path} cannot be read as text: {problem}.") from problem
