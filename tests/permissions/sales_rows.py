"""The rows of sales: pipelines, opportunities, moves."""

from tests.permissions.forecast_rows import FORECAST
from tests.permissions.lead_rows import LEADS
from tests.permissions.rows import row
from tests.permissions.sequence_rows import SEQUENCES

_SEE, _CHANGE = "sales.view_opportunity", "sales.change_opportunity"
_CREATE, _DELETE = "sales.create_opportunity", "sales.delete_opportunity"
_MANAGE = "sales.manage_pipelines"
_PLACES, _HAND_OVER = "sales.manage_territories", "sales.hand_over_book"
_CUSTOMERS = {"contact": "customers.view_contact", "company": "customers.view_company"}
_ONE = {"pk": "opportunity"}
_SEES = f"{_SEE} {_CUSTOMERS['contact']}"

SALES = [
    *LEADS,
    *SEQUENCES,
    *FORECAST,
    *row("sales:board", "GET", _SEE),
    *row("sales:board_cards", "GET", _SEE, stage_id="stage", query="after=2026-01-01T00:00:00%2B00:00_00000000-0000-0000-0000-000000000000"),
    *row("sales:analysis", "GET", _SEE),
    *row("sales:analysis_moves", "GET", _SEE, stage_id="stage"),
    *row("sales:opportunities", "GET", _SEE),
    *row("sales:opportunity_new", "GET POST", f"{_CREATE} {_SEE}"),
    *row("sales:bin", "GET", _DELETE, sees=_SEE),
    *row("sales:contact_choices", "GET", _CUSTOMERS["contact"], query="q=Anika"),
    *row("sales:opportunity", "GET", _SEE, **_ONE),
    *row("sales:opportunity_edit", "GET POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:moving", "GET", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:moving", "POST", _CHANGE, sees=_SEE, data={"stage": "{stage}"}, **_ONE),
    *row("sales:opportunity_moves", "GET", _SEE, **_ONE),
    *row("sales:opportunity_meetings", "GET", _SEE, **_ONE),
    *row("sales:opportunity_history", "GET", _SEE, **_ONE),
    *row("sales:stakeholders", "GET POST", _CHANGE, sees=_SEES, **_ONE),
    *row("sales:stakeholder_removal", "POST", _CHANGE, sees=_SEE, part_id="stakeholder", **_ONE),
    *row("sales:competitors", "GET", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:competitors", "POST", _CHANGE, sees=_SEE, data={"name": "Jamuna"}, **_ONE),
    *row("sales:competitor_removal", "POST", _CHANGE, sees=_SEE, part_id="competitor", **_ONE),
    *row("sales:splits", "GET POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:steps", "GET POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:opportunity_deletion", "POST", _DELETE, sees=_SEE, **_ONE),
    *row("sales:opportunity_restoration", "POST", _DELETE, sees=_SEE, pk="binned_opportunity"),
    *row("sales:contact_opportunities", "GET", _CUSTOMERS["contact"], sees=_SEE, pk="contact"),
    *row("sales:company_opportunities", "GET", _CUSTOMERS["company"], sees=_SEE, pk="company"),
    *row("sales:territories", "GET", _PLACES, sees=_SEE, anywhere=True),
    *row("sales:territory_new", "GET POST", _PLACES, sees=_SEE, anywhere=True),
    *row("sales:territory", "GET POST", _PLACES, sees=_SEE, pk="territory", anywhere=True),
    *row("sales:territory_deletion", "POST", _PLACES, sees=_SEE, pk="territory", anywhere=True),
    *row("sales:territory_order", "POST", _PLACES, sees=_SEE, anywhere=True),
    *row("sales:territory_simulation", "GET POST", _PLACES, sees=_SEE, anywhere=True),
    *row("sales:reassignment_undo", "POST", _PLACES, sees=_SEE, pk="territory_run", anywhere=True),
    *row("sales:hand_overs", "GET", _HAND_OVER, sees=_SEE),
    *row("sales:hand_over_new", "GET", _HAND_OVER, sees=_SEE, anywhere=True),
    *row("sales:hand_over_new", "POST", _HAND_OVER, sees=_SEE, data={"from_user": "{away}", "to_user": "{holder}", "first_day": "2098-01-01", "last_day": "2098-02-01"}),
    *row("sales:hand_over_return", "POST", _HAND_OVER, sees=_SEE, pk="hand_over"),
    *row("sales:pipelines", "GET", _MANAGE, sees=_SEE, anywhere=True),
    *row("sales:pipelines", "POST", _MANAGE, sees=_SEE, data={"name": "Repairs"}, anywhere=True),
    *row("sales:pipeline_order", "POST", _MANAGE, sees=_SEE, anywhere=True),
    *row("sales:pipeline", "GET", _MANAGE, sees=_SEE, pk="pipeline", anywhere=True),
    *row("sales:pipeline", "POST", _MANAGE, sees=_SEE, pk="pipeline", data={"name": "Other"}, anywhere=True),
    *row("sales:pipeline_deletion", "POST", _MANAGE, sees=_SEE, pk="pipeline", anywhere=True),
    *row("sales:stage_new", "GET POST", _MANAGE, sees=_SEE, pk="pipeline", anywhere=True),
    *row("sales:stage_order", "POST", _MANAGE, sees=_SEE, pk="pipeline", anywhere=True),
    *row("sales:stage", "GET POST", _MANAGE, sees=_SEE, pk="stage", anywhere=True),
    *row("sales:stage_deletion", "POST", _MANAGE, sees=_SEE, pk="other_stage", anywhere=True),
    *row("sales:reason_new", "GET POST", _MANAGE, sees=_SEE, anywhere=True),
    *row("sales:reason", "GET POST", _MANAGE, sees=_SEE, pk="reason", anywhere=True),
    *row("/territories", "GET", _PLACES, sees=_SEE, anywhere=True),
    *row("/territories", "POST", _PLACES, sees=_SEE, data={"name": "Zqqqy", "kind": "lead"}, anywhere=True),
    *row("/territories/simulation", "GET", _PLACES, sees=_SEE, anywhere=True),
    *row("/territories/runs", "POST", _PLACES, sees=_SEE, anywhere=True),
    *row("/territories/runs/{run_id}/undo", "POST", _PLACES, sees=_SEE, run_id="territory_run", anywhere=True),
    *row("/hand-overs", "GET", _HAND_OVER, sees=_SEE),
    *row("/hand-overs", "POST", _HAND_OVER, sees=_SEE, data={"from_user_id": "{away}", "to_user_id": "{holder}", "first_day": "2098-01-01", "last_day": "2098-02-01"}),
    *row("/hand-overs/{run_id}/return", "POST", _HAND_OVER, sees=_SEE, run_id="hand_over"),
    *row("/pipelines", "GET", _SEE, anywhere=True),
    *row("/pipelines/{pipeline_id}", "GET", _SEE, pipeline_id="pipeline", anywhere=True),
    *row("/pipelines/{pipeline_id}/analysis", "GET", _SEE, pipeline_id="pipeline", anywhere=True),
    *row("/close-reasons", "GET", _SEE, anywhere=True),
    *row("/opportunities", "GET", _SEE),
    *row("/opportunities", "POST", _CREATE, sees=_SEES, data={"name": "New", "contact_id": "{contact}"}),
    *row("/opportunities/{opportunity_id}", "GET", _SEE, opportunity_id="opportunity"),
    *row("/opportunities/{opportunity_id}", "PATCH", _CHANGE, sees=_SEE, opportunity_id="opportunity", data={"name": "Other"}),
    *row("/opportunities/{opportunity_id}", "DELETE", _DELETE, sees=_SEE, opportunity_id="opportunity"),
    *row("/opportunities/{opportunity_id}/restoration", "POST", _DELETE, sees=_SEE, opportunity_id="binned_opportunity"),
    *row("/opportunities/{opportunity_id}/moves", "GET", _SEE, opportunity_id="opportunity"),
    *row("/opportunities/{opportunity_id}/moves", "POST", _CHANGE, sees=_SEE, opportunity_id="opportunity", data={"stage_id": "{other_stage}"}),
]  # fmt: skip
