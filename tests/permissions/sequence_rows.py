"""The rows of sequences."""

from tests.permissions.rows import row

_SEE, _CHANGE, _SET = "sales.view_enrolment", "sales.change_enrolment", "sales.manage_sequences"
_CONTACT, _SEND = "customers.view_contact", "channels.send_mail"
_ONE = {"sees": _SEE, "pk": "enrolment"}

SEQUENCES = [
    *row("sales:sequences", "GET", _SEE, anywhere=True),
    *row("sales:sequence", "GET", _SEE, pk="sequence", anywhere=True),
    *row("sales:sequence_new", "GET POST", _SET, anywhere=True),
    *row("sales:sequence_edit", "GET POST", _SET, pk="sequence", anywhere=True),
    *row("sales:contact_enrolments", "GET", _CONTACT, sees=_SEE, pk="contact"),
    *row("sales:contact_enrolling", "GET POST", _SEND, sees=_CONTACT, pk="contact"),
    *row("sales:enrolment_pausing", "POST", _CHANGE, **_ONE),
    *row("sales:enrolment_resuming", "POST", _CHANGE, **_ONE),
    *row("sales:enrolment_stopping", "POST", _CHANGE, **_ONE),
]
