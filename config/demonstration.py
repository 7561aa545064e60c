"""Fills an empty database with the demonstration company and remembers its accounts for the next start."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

from bandhu.workspace.demo import NotEmpty, fill_demo
from bandhu.workspace.demo.pipeline_file import NAME as PIPELINE_SET
from config.upgrade import Report, bring_up_to_date


def fill(report: Report) -> dict[str, Any]:
    """Accounts and counts of the demonstration, made now or earlier. Raises NotEmpty where real work would be mixed in."""
    bring_up_to_date(report)
    try:
        report("Inventing the demonstration company…")
        made = fill_demo(pipeline_folder=_real_sales())
    except NotEmpty:
        if _remembered().exists():
            known: dict[str, Any] = json.loads(_remembered().read_text())
            return known
        raise
    result = {"accounts": [asdict(account) for account in made.accounts], "counts": made.counts}
    _write_private(_remembered(), json.dumps(result, ensure_ascii=False, indent=1))
    return result


def _real_sales() -> Path | None:
    """The folder of the public sales under BANDHU_DATA_SETS, where somebody has them."""
    root = os.environ.get("BANDHU_DATA_SETS")
    folder = Path(root) / PIPELINE_SET if root else None
    return folder if folder is not None and (folder / "sales_pipeline.csv").exists() else None


def _remembered() -> Path:
    folder: Path = settings.DATA_FOLDER
    return folder / "demo-accounts.json"


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
