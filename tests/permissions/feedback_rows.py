"""The rows of feedback."""

from tests.permissions.rows import OPEN, row

_SEE, _ASK, _MANAGE, _CONTACT = (
    "feedback.view_asking",
    "feedback.ask",
    "feedback.manage_surveys",
    "customers.view_contact",
)
_BOTH = {"survey_id": "{survey}", "contact_id": "{contact}"}
_FORM = {
    "name": "Other",
    "kind": "csat",
    "occasion": "ticket",
    "delay_minutes": "5",
    "sample_percent": "10",
    "rest_days": "10",
    "every_days": "30",
    "expires_days": "9",
}

FEEDBACK = [
    *row("feedback:results", "GET", _SEE),
    *row("feedback:answers", "GET", _SEE),
    *row("feedback:survey_results", "GET", _SEE, pk="survey", anywhere=True),
    *row("feedback:contact_panel", "GET", _CONTACT, sees=_SEE, pk="contact"),
    *row("feedback:contact_request", "POST", _ASK, sees=f"{_SEE} {_CONTACT}", pk="contact", data={"ask-survey": "{survey}"}, anywhere=True),
    *row("feedback:surveys", "GET", _MANAGE, sees=_SEE, anywhere=True),
    *row("feedback:survey_new", "GET POST", _MANAGE, sees=_SEE, anywhere=True),
    *row("feedback:survey", "GET", _MANAGE, sees=_SEE, pk="survey", anywhere=True),
    *row("feedback:survey", "POST", _MANAGE, sees=_SEE, pk="survey", data=_FORM, anywhere=True),
    *row("feedback:answer", "GET POST", OPEN, token="nonsense", answers=(404,)),
    *row("/surveys", "GET", _SEE, anywhere=True),
    *row("/surveys", "POST", _MANAGE, sees=_SEE, data={"name": "New"}),
    *row("/surveys/{survey_id}", "GET", _SEE, survey_id="survey", anywhere=True),
    *row("/surveys/{survey_id}", "PATCH", _MANAGE, sees=_SEE, survey_id="survey", data={"name": "Other"}, anywhere=True),
    *row("/surveys/{survey_id}/results", "GET", _SEE, survey_id="survey", anywhere=True),
    *row("/askings", "GET", _SEE),
    *row("/askings", "POST", _ASK, sees=f"{_SEE} {_CONTACT}", data=_BOTH),
    *row("/askings/{asking_id}", "GET", _SEE, asking_id="asking"),
]  # fmt: skip
