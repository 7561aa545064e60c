"""The rows of quotes and orders."""

from tests.permissions.rows import OPEN, row

_SEE, _CHANGE, _CREATE = "quotes.view_quote", "quotes.change_quote", "quotes.create_quote"
_APPROVE, _DELETE, _MANAGE = "quotes.approve_quote", "quotes.delete_quote", "quotes.manage_templates"
_ORDER, _CANCEL = "quotes.view_order", "quotes.change_order"
_GOODS, _CONTACT = "catalog.view_product", "customers.view_contact"
_LOG, _MAIL = "interactions.log_interaction", {"to": ["anika@example.com"], "subject": "Quote"}
_ONE, _SENT = {"pk": "quote"}, {"pk": "sent_quote"}
_WRITES = f"{_SEE} {_GOODS}"

QUOTES = [
    *row("quotes:quotes", "GET", _SEE),
    *row("quotes:quote_new", "GET POST", f"{_CREATE} {_GOODS}", sees=_SEE, anywhere=True),
    *row("quotes:bin", "GET", _DELETE, sees=_SEE),
    *row("quotes:quote", "GET", _SEE, **_ONE),
    *row("quotes:quote_edit", "GET POST", _CHANGE, sees=_WRITES, **_ONE),
    *row("quotes:quote_sums", "POST", _CHANGE, sees=_WRITES, **_ONE),
    *row("quotes:quote_line", "GET", _CHANGE, sees=_WRITES, **_ONE),
    *row("quotes:quote_pdf", "GET", _SEE, **_ONE),
    *row("quotes:quote_history", "GET", _SEE, **_ONE),
    *row("quotes:quote_sending", "POST", _CHANGE, sees=_SEE, **_ONE),
    *row("quotes:quote_mail", "GET", f"{_CHANGE} channels.send_mail", sees=f"{_SEE} {_CONTACT}", **_ONE),
    *row("quotes:quote_mail", "POST", f"{_CHANGE} channels.send_mail", sees=f"{_SEE} {_CONTACT}", **_ONE),
    *row("quotes:quote_approval", "POST", _APPROVE, sees=_SEE, **_ONE),
    *row("quotes:quote_approval_request", "GET POST", _CHANGE, sees=_SEE, **_ONE),
    *row("quotes:quote_approval_refusal", "GET POST", _APPROVE, sees=_SEE, **_ONE),
    *row("quotes:quote_approval_withdrawal", "POST", _CHANGE, sees=_SEE, **_ONE),
    *row("quotes:quote_versions", "POST", _CHANGE, sees=_SEE, **_SENT),
    *row("quotes:quote_acceptance", "GET", _CHANGE, sees=_SEE, **_SENT),
    *row("quotes:quote_acceptance", "POST", _CHANGE, sees=_SEE, data={"text": "Anika"}, **_SENT),
    *row("quotes:quote_refusal", "GET", _CHANGE, sees=_SEE, **_SENT),
    *row("quotes:quote_refusal", "POST", _CHANGE, sees=_SEE, data={"text": "Too dear"}, **_SENT),
    *row("quotes:quote_deletion", "POST", _DELETE, sees=_SEE, **_ONE),
    *row("quotes:quote_restoration", "POST", _DELETE, sees=_SEE, pk="binned_quote"),
    *row("quotes:public_quote", "GET", OPEN, token="nonsense", answers=(404,)),
    *row("quotes:public_paper", "GET", OPEN, token="nonsense", answers=(404,)),
    *row("quotes:public_question", "POST", OPEN, token="nonsense", answers=(404,)),
    *row("quotes:public_acceptance", "POST", OPEN, token="nonsense", answers=(404,)),
    *row("quotes:public_refusal", "POST", OPEN, token="nonsense", answers=(404,)),
    *row("quotes:orders", "GET", _ORDER),
    *row("quotes:order", "GET", _ORDER, pk="order"),
    *row("quotes:order_history", "GET", _ORDER, pk="order"),
    *row("quotes:order_cancellation", "GET", _CANCEL, sees=_ORDER, pk="order"),
    *row("quotes:order_cancellation", "POST", _CANCEL, sees=_ORDER, data={"text": "No"}, pk="order"),
    *row("quotes:templates", "GET", _MANAGE, sees=_SEE, anywhere=True),
    *row("quotes:template_new", "GET POST", _MANAGE, sees=_SEE, anywhere=True),
    *row("quotes:template", "GET", _MANAGE, sees=_SEE, pk="quote_template", anywhere=True),
    *row("quotes:template", "POST", _MANAGE, sees=_SEE, pk="quote_template", data={"name": "Other"}, anywhere=True),
    *row("quotes:template_preview", "GET", _MANAGE, sees=_SEE, pk="quote_template", anywhere=True),
    *row("quotes:contact_quotes", "GET", _CONTACT, sees=_SEE, pk="contact"),
    *row("quotes:company_quotes", "GET", "customers.view_company", sees=_SEE, pk="company"),
    *row("quotes:opportunity_quotes", "GET", "sales.view_opportunity", sees=_SEE, pk="opportunity"),
    *row("/quotes", "GET", _SEE),
    *row("/quotes", "POST", f"{_CREATE} {_GOODS}", sees=f"{_SEE} {_CONTACT}", data={"contact_id": "{contact}"}),
    *row("/quotes/{quote_id}", "GET", _SEE, quote_id="quote"),
    *row("/quotes/{quote_id}", "PATCH", _CHANGE, sees=_SEE, quote_id="quote", data={"title": "Other"}),
    *row("/quotes/{quote_id}", "DELETE", _DELETE, sees=_SEE, quote_id="quote"),
    *row("/quotes/{quote_id}/sending", "POST", _CHANGE, sees=_SEE, quote_id="quote"),
    *row("/quotes/{quote_id}/mails", "POST", f"{_CHANGE} channels.send_mail {_LOG}", sees=f"{_SEE} {_CONTACT}", quote_id="quote", data=_MAIL),
    *row("/quotes/{quote_id}/approval-requests", "POST", _CHANGE, sees=_SEE, quote_id="quote", data={"note": "Please"}),
    *row("/quotes/{quote_id}/approval", "POST", _APPROVE, sees=_SEE, quote_id="quote"),
    *row("/quotes/{quote_id}/versions", "POST", _CHANGE, sees=_SEE, quote_id="sent_quote"),
    *row("/orders", "GET", _ORDER),
    *row("/orders/{order_id}", "GET", _ORDER, order_id="order"),
    *row("/orders/{order_id}/cancellation", "POST", _CANCEL, sees=_ORDER, order_id="order", data={"reason": "No"}),
]  # fmt: skip
