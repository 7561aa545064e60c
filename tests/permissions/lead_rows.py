"""The rows of leads."""

from tests.permissions.rows import row

_SEE, _CHANGE = "sales.view_lead", "sales.change_lead"
_CREATE, _DELETE = "sales.create_lead", "sales.delete_lead"
_CUSTOMERS = {"contact": "customers.view_contact", "company": "customers.view_company"}
_SEES = f"{_SEE} {_CUSTOMERS['contact']}"
_ONE = {"pk": "lead"}

LEADS = [
    *row("sales:leads", "GET", _SEE),
    *row("sales:lead_new", "GET", f"{_CREATE} {_SEE}"),
    *row("sales:lead_new", "POST", _CREATE, sees=_SEES, data={"contact": "{contact}"}),
    *row("sales:lead_typed", "GET", _CREATE, query="full_name=Anika"),
    *row("sales:lead_bin", "GET", _DELETE, sees=_SEE),
    *row("sales:lead", "GET", _SEE, **_ONE),
    *row("sales:lead_edit", "GET POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:lead_log", "GET", _SEE, **_ONE),
    *row("sales:lead_history", "GET", _SEE, **_ONE),
    *row("sales:lead_work", "POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:lead_assignment", "GET POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:lead_nurturing", "GET POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:lead_steps", "GET POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:lead_conversion", "GET", f"{_CHANGE} sales.create_opportunity", sees=f"{_SEE} sales.view_opportunity", **_ONE),
    *row("sales:lead_closure", "GET POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:lead_reopening", "POST", _CHANGE, sees=_SEE, **_ONE),
    *row("sales:lead_deletion", "POST", _DELETE, sees=_SEE, **_ONE),
    *row("sales:lead_restoration", "POST", _DELETE, sees=_SEE, pk="binned_lead"),
    *row("sales:contact_leads", "GET", _CUSTOMERS["contact"], sees=_SEE, pk="contact"),
    *row("sales:company_leads", "GET", _CUSTOMERS["company"], sees=_SEE, pk="company"),
]  # fmt: skip
