"""`bandhu reindex`."""

import sys

import click

from bandhu.platform.registries import search_kinds
from bandhu.platform.search.indexing import forget_unused_words
from bandhu.platform.search.indexing import reindex as write_again
from config.commands.frame import answer, json_option, say, with_database


def _known(context: click.Context, option: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    indexed = [kind.name for kind in search_kinds.values() if kind.documents is not None]
    unknown = [name for name in names if name not in indexed]
    if unknown:
        raise click.BadParameter(f"there is no kind {unknown[0]!r}; there are {', '.join(sorted(indexed))}.")
    return names or tuple(indexed)


@click.command()
@click.argument("kinds", nargs=-1, metavar="[KIND]...", callback=_known)
@json_option
@with_database
def reindex(kinds: tuple[str, ...], as_json: bool) -> None:
    """Write the search index again, of every KIND of record or those named, and drop words nobody bears.

    The product may be running meanwhile: search answers from the entries there are. Safe to stop and to repeat.
    """
    written = {kind: write_again(kind, lambda count, kind=kind: _tell(kind, count)) for kind in kinds}  # type: ignore[misc]
    dropped = forget_unused_words()
    lines = [f"{kind}: {count} records" for kind, count in written.items()]
    answer(
        {"records": written, "words_dropped": dropped},
        "\n".join([*lines, f"{dropped} words that nobody bears were dropped."]),
        as_json=as_json,
    )


def _tell(kind: str, count: int) -> None:
    if sys.stderr.isatty():
        say(f"{kind}: {count}")
