"""The rows of sequences."""

from tests.permissions.rows import row

_SEE, _CHANGE, _SET = "sales.view_enrolment", "sales.change_enrolment", "sales.manage_sequences"
_CONTACT, _SEND = "customers.view_contact", "channels.send_mail"
_OF = {"sequence_id": "sequence"}
_WHOLE = {"name": "After a fair", "steps": [{"task": "Call them"}]}
_ONE = {"sees": _SEE, "pk": "enrolment"}

SEQUENCES = [
    *row("sales:sequences", "GET", _SEE, anywhere=True),
    *row("sales:sequence", "GET", _SEE, pk="sequence", anywhere=True),
    *row("sales:sequence_new", "GET POST", _SET, anywhere=True),
    *row("sales:sequence_step", "GET", _SET, anywhere=True),
    *row("sales:sequence_edit", "GET POST", _SET, pk="sequence", anywhere=True),
    *row("sales:contact_enrolments", "GET", _CONTACT, sees=_SEE, pk="contact"),
    *row("sales:contact_enrolling", "GET POST", _SEND, sees=_CONTACT, pk="contact"),
    *row("sales:enrolment_pausing", "POST", _CHANGE, **_ONE),
    *row("sales:enrolment_resuming", "POST", _CHANGE, **_ONE),
    *row("sales:enrolment_stopping", "POST", _CHANGE, **_ONE),
    *row("/sequences", "GET", _SEE, anywhere=True),
    *row("/sequences", "POST", _SET, data=_WHOLE, anywhere=True),
    *row("/sequences/{sequence_id}", "GET", _SEE, anywhere=True, **_OF),
    *row("/sequences/{sequence_id}", "PUT", f"{_SET} {_SEE}", data=_WHOLE, anywhere=True, **_OF),
    *row("/sequences/{sequence_id}/enrolments", "GET", _SEE, **_OF),
    *row(
        "/sequences/{sequence_id}/enrolments",
        "POST",
        _SEND,
        sees=_CONTACT,
        data={"contact_id": "{contact}"},
        **_OF,
    ),
    *row("/contacts/{contact_id}/enrolments", "GET", f"{_CONTACT} {_SEE}", contact_id="contact"),
    *row("/enrolments/{enrolment_id}", "GET", _SEE, enrolment_id="enrolment"),
    *row("/enrolments/{enrolment_id}/pause", "POST", _CHANGE, sees=_SEE, enrolment_id="enrolment"),
    *row("/enrolments/{enrolment_id}/resumption", "POST", _CHANGE, sees=_SEE, enrolment_id="enrolment"),
    *row("/enrolments/{enrolment_id}/stop", "POST", _CHANGE, sees=_SEE, enrolment_id="enrolment"),
]
