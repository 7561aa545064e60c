"""The rows of leads."""

from tests.permissions.rows import OPEN, row

_SEE, _CHANGE = "sales.view_lead", "sales.change_lead"
_CREATE, _DELETE = "sales.create_lead", "sales.delete_lead"
_CUSTOMERS = {"contact": "customers.view_contact", "company": "customers.view_company"}
_SEES = f"{_SEE} {_CUSTOMERS['contact']}"
_ONE = {"pk": "lead"}
_MANAGE, _SELL = "sales.manage_leads", "sales.create_opportunity"
_SET = {"sees": _SEE, "anywhere": True}
_API = {"lead_id": "lead"}

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
    *row("sales:web_form", "GET POST", OPEN, slug="zqqqy-form"),
    *row("sales:web_form_thanks", "GET", OPEN, slug="zqqqy-form"),
    *row("sales:web_form_script", "GET", OPEN, slug="zqqqy-form"),
    *row("sales:lead_setup", "GET", f"{_MANAGE} {_SEE}", anywhere=True),
    *row("sales:lead_web_form_new", "GET POST", f"{_MANAGE} {_SEE}", anywhere=True),
    *row("sales:lead_web_form", "GET POST", f"{_MANAGE} {_SEE}", pk="web_form", anywhere=True),
    *row("sales:assignment_rule_new", "GET POST", _MANAGE, **_SET),
    *row("sales:assignment_rule", "GET POST", _MANAGE, pk="assignment_rule", **_SET),
    *row("sales:assignment_order", "POST", _MANAGE, **_SET),
    *row("sales:assignment_rule_deletion", "POST", _MANAGE, pk="assignment_rule", **_SET),
    *row("sales:score_rule_new", "GET POST", _MANAGE, **_SET),
    *row("sales:score_rule", "GET POST", _MANAGE, pk="score_rule", **_SET),
    *row("sales:score_rule_deletion", "POST", _MANAGE, pk="score_rule", **_SET),
    *row("sales:learned", "GET POST", _MANAGE, **_SET),
    *row("sales:learned_switch", "POST", _MANAGE, pk="learned_model", **_SET),
    *row("/learned-models", "GET", _MANAGE, **_SET),
    *row("/learned-models", "POST", _MANAGE, data={"subject": "lead"}, **_SET),
    *row("/learned-models/{model_id}", "PATCH", _MANAGE, model_id="learned_model", data={"is_on": False}, **_SET),
    *row("sales:absence_new", "GET POST", _MANAGE, **_SET),
    *row("sales:absence_removal", "POST", _MANAGE, pk="absence", **_SET),
    *row("sales:lead_source_new", "GET POST", _MANAGE, **_SET),
    *row("sales:lead_source", "GET POST", f"{_MANAGE} {_SEE}", pk="lead_source", anywhere=True),
    *row("sales:lead_source_deletion", "POST", f"{_MANAGE} {_SEE}", pk="lead_source", anywhere=True),
    *row("sales:lead_reason_new", "GET POST", _MANAGE, **_SET),
    *row("sales:lead_reason", "GET POST", f"{_MANAGE} {_SEE}", pk="lead_reason", anywhere=True),
    *row("sales:lead_reason_deletion", "POST", f"{_MANAGE} {_SEE}", pk="lead_reason", anywhere=True),
    *row("/lead-sources", "GET", _SEE, anywhere=True),
    *row("/lead-reasons", "GET", _SEE, anywhere=True),
    *row("/leads", "GET", _SEE),
    *row("/leads", "POST", _CREATE, sees=_SEES, data={"title": "New", "contact_id": "{contact}"}),
    *row("/leads/{lead_id}", "GET", _SEE, **_API),
    *row("/leads/{lead_id}", "PATCH", _CHANGE, sees=_SEE, data={"title": "Other"}, **_API),
    *row("/leads/{lead_id}", "DELETE", _DELETE, sees=_SEE, **_API),
    *row("/leads/{lead_id}/restoration", "POST", _DELETE, sees=_SEE, lead_id="binned_lead"),
    *row("/leads/{lead_id}/work", "POST", _CHANGE, sees=_SEE, **_API),
    *row("/leads/{lead_id}/assignment", "POST", _CHANGE, sees=_SEE, data={}, **_API),
    *row("/leads/{lead_id}/nurturing", "POST", f"{_CHANGE} interactions.plan_follow_up", sees=_SEES, data={"until": "2099-01-01T00:00:00Z", "what": "Ask"}, **_API),
    *row("/leads/{lead_id}/conversion", "POST", f"{_CHANGE} {_SELL}", sees=f"{_SEES} sales.view_opportunity", data={}, **_API),
    *row("/leads/{lead_id}/closure", "POST", _CHANGE, sees=_SEE, data={"reason_id": "{lead_reason}"}, **_API),
    *row("/leads/{lead_id}/reopening", "POST", _CHANGE, sees=_SEE, **_API),
    *row("/leads/{lead_id}/status-changes", "GET", _SEE, **_API),
    *row("sales:company_leads", "GET", _CUSTOMERS["company"], sees=_SEE, pk="company"),
]  # fmt: skip
