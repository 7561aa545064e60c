"""`bandhu backup` and `bandhu restore`."""

from pathlib import Path
from typing import Any

import click

from config import backup as backups
from config.commands.frame import Failure, Refusal, answer, json_option, say, with_server

path_type = click.Path(path_type=Path, resolve_path=True)


@click.command()
@click.argument("target", type=path_type)
@json_option
@with_server
def backup(target: Path, as_json: bool) -> None:
    """Save database, files and secret key to TARGET: a new folder, or a new file ending in .tar.

    Work may go on meanwhile: everything is saved as it was at one moment.
    """
    try:
        manifest = backups.back_up(target, say)
    except backups.NotEmpty as error:
        raise Refusal(str(error)) from None
    answer(_summary(manifest, target), _sentence("Saved", manifest, target), as_json=as_json)


@click.command()
@click.argument("source", type=path_type)
@click.option("--check", is_flag=True, help="Only check that the backup is whole; write nothing.")
@json_option
@with_server
def restore(source: Path, check: bool, as_json: bool) -> None:
    """Bring the backup SOURCE into an empty database and an empty folder, and compare with what was saved.

    Nothing is ever overwritten: set BANDHU_DATA to a new folder (or DATABASE_URL to an empty database) first.
    """
    try:
        manifest = backups.restore(source, say, only_check=check)
    except backups.NotEmpty as error:
        raise Refusal(str(error)) from None
    except backups.BackupError as error:
        raise Failure(str(error)) from None
    done = "The backup is whole:" if check else "Restored and compared:"
    answer(_summary(manifest, source), _sentence(done, manifest, source), as_json=as_json)


def _summary(manifest: dict[str, Any], path: Path) -> dict[str, Any]:
    return {
        "path": str(path),
        "made": manifest["made"],
        "tables": len(manifest["tables"]),
        "rows": sum(table["rows"] for table in manifest["tables"].values()),
        "files": len(manifest["files"]),
        "bytes": sum(saved["size"] for saved in manifest["files"]),
    }


def _sentence(done: str, manifest: dict[str, Any], path: Path) -> str:
    figures = _summary(manifest, path)
    return (
        f"{done} {figures['rows']} rows of {figures['tables']} tables and {figures['files']} files, "
        f"{figures['bytes'] / 1e6:.1f} MB, in {path}"
    )
