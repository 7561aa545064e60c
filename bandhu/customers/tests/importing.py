"""How tests bring a file in: as the wizard does, without the pages."""

from __future__ import annotations

from typing import Any

from bandhu.customers.actions import import_runs
from bandhu.customers.actions import imports as actions
from bandhu.customers.models import Import


def set_up(actor: Any, content: str | bytes, *, name: str = "file.csv", kind: str = "", columns: dict[str, str] | None = None, form: str = "", **options: Any) -> Import:  # fmt: skip
    data = content.encode() if isinstance(content, str) else content
    run = actions.upload_import(actor=actor, file_name=name, blocks=[data], kind=kind, form=form)
    if columns:
        given = [{"column": column, "target": target} for column, target in columns.items()]
        run = actions.map_columns(run, actor=actor, columns=given)
    return actions.choose_options(run, actor=actor, **options) if options else run


def bring_in(actor: Any, content: str | bytes, **more: Any) -> Import:
    """Upload, set up, start, and run to the end."""
    run = set_up(actor, content, **more)
    actions.start_import(run, actor=actor)
    return finish(run)


def finish(run: Import) -> Import:
    import_runs.run_import(str(run.pk))
    run.refresh_from_db()
    return run


def take_back(run: Import, actor: Any) -> Import:
    actions.undo_import(run, actor=actor)
    import_runs.run_undo(str(run.pk))
    run.refresh_from_db()
    return run
