"""A second pipeline of the demonstration with real sales: a public file of 8,800 opportunities, brought in as anybody brings in a file.

The file is not ours to hand on: whoever has it names its folder (BANDHU_DATA_SETS). Its days are moved by whole weeks, so that its
last one lies in the past week and the board and the analysis have something to say; nothing else of it is changed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bandhu.catalog.actions import create_product
from bandhu.customers.actions import import_runs
from bandhu.customers.actions import imports as import_actions
from bandhu.customers.models import Import
from bandhu.identity.actions import create_team, create_user
from bandhu.identity.models import Team, User
from bandhu.identity.ready_made import system_user
from bandhu.sales import actions
from bandhu.sales.models import Pipeline

NAME = "b2b_pipeline_maven"
_DAYS = ("engage_date", "close_date")
Rows = list[dict[str, str]]


class NotBroughtIn(RuntimeError):
    """The file did not come in whole."""


def bring_in_pipeline(folder: Path, *, actor: User, now: datetime, above: Team | None = None) -> int:
    """Teams, sellers, products, companies and opportunities of the files in `folder`; returns how many opportunities. Raises NotBroughtIn."""
    sellers = _rows(folder, "sales_teams")
    teams = _hire(sellers, above)
    for row in _rows(folder, "products"):
        # The pipeline writes one of them in a single word; a code is found however it is written.
        create_product(
            actor=system_user(), code=row["product"].replace(" ", ""), names={"en": row["product"]}, category=row["series"]
        )  # fmt: skip
    _bring_in(actor, "accounts.csv", _rows(folder, "accounts"), kind="companies")
    pipeline = _pipeline()
    region_of = {row["sales_agent"]: row["regional_office"] for row in sellers}
    sales = _moved(_rows(folder, "sales_pipeline"), now.date())
    return sum(
        _bring_in(
            actor, f"sales_pipeline {region}.csv", [row for row in sales if region_of.get(row["sales_agent"]) == region], kind="opportunities",
            pipeline=str(pipeline.pk), team=str(team.pk), missing_customer="Not told", currency="USD", missing_rate="first",
        )
        for region, team in teams.items()
    )  # fmt: skip


def _rows(folder: Path, name: str) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _hire(sellers: Rows, above: Team | None) -> dict[str, Team]:
    """The teams by region, each with its sellers and managers; nobody knows a password of theirs."""
    actor = system_user()
    regions = sorted({row["regional_office"] for row in sellers})
    teams = {region: create_team(actor=actor, name=region, parent=above) for region in regions}
    people = {row["manager"]: ("manager", row["regional_office"]) for row in sellers}
    people |= {row["sales_agent"]: ("sales", row["regional_office"]) for row in sellers}
    for name, (role, region) in people.items():
        mail = f"{'.'.join(name.lower().split())}@sellers.example.com"
        create_user(actor=actor, email=mail, full_name=name, role=role, team=teams[region], time_zone="UTC")
    return teams


def _pipeline() -> Pipeline:
    actor = system_user()
    pipeline: Pipeline = actions.create_pipeline(actor=actor, name="Machines worldwide")
    actions.change_stage(pipeline.stages.get(kind="open"), actor=actor, name="Prospecting")
    actions.add_stage(pipeline, actor=actor, name="Engaging", kind="open", probability="0.5")
    return pipeline


def _moved(rows: Rows, today: date) -> Rows:
    """The rows with every day later by the same number of weeks, written as ISO does."""
    days = [_day(row[name]) for row in rows for name in _DAYS if row[name]]
    weeks = timedelta(weeks=(today - max(days)).days // 7)
    return [row | {name: str(_day(row[name]) + weeks) if row[name] else "" for name in _DAYS} for row in rows]


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()


def _bring_in(actor: User, name: str, rows: Rows, *, kind: str, **options: Any) -> int:
    """As the wizard does it, to the end; returns how many were made."""
    run = import_actions.upload_import(actor=actor, file_name=name, blocks=_csv(rows), kind=kind)
    if options:
        run = import_actions.choose_options(run, actor=actor, **options)
    import_actions.start_import(run, actor=actor)
    import_runs.run_import(str(run.pk))
    run.refresh_from_db()
    if run.state != Import.State.DONE or run.failed:
        raise NotBroughtIn(f"{name}: {run.state}, {run.failed} rows put aside")
    return run.created


def _csv(rows: Rows) -> Iterable[bytes]:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return [written.getvalue().encode()]
