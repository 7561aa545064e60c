"""The rows of billing: invoices, credit notes, payments, payment accounts and their notices."""

from tests.permissions.rows import OPEN, row

_SEE, _CHANGE, _CREATE = "billing.view_invoice", "billing.change_invoice", "billing.create_invoice"
_ISSUE, _CREDIT = "billing.issue_invoice", "billing.credit_invoice"
_PAY, _REFUND, _MANAGE = "billing.record_payment", "billing.refund_payment", "billing.manage_billing"
_RECONCILE = "billing.reconcile_payments"
_CUSTOMERS = {"contact": "customers.view_contact", "company": "customers.view_company"}
_SEES = f"{_SEE} {_CUSTOMERS['contact']}"
_MONEY = {"amount": {"minor": 100, "currency": "BDT"}}
_LOG, _MAIL = "interactions.log_interaction", {"to": ["anika@example.com"], "subject": "Invoice"}
_SEE_SUBSCRIPTION, _CREATE_SUBSCRIPTION = "billing.view_subscription", "billing.create_subscription"
_CHANGE_SUBSCRIPTION = "billing.change_subscription"
_SUBSCRIPTION = {"pk": "subscription"}
_ONE, _DRAFT = {"pk": "invoice"}, {"pk": "draft_invoice"}
_SUBSCRIBED = {"contact_id": "{contact}", "lines": [{"name": "Plan", "unit_price": _MONEY["amount"]}]}

BILLING = [
    *row("billing:invoices", "GET", _SEE),
    *row("billing:payments", "GET", _SEE),
    *row("billing:invoice_new", "GET POST", f"{_CREATE} {_SEE}"),
    *row("billing:invoice", "GET", _SEE, **_ONE),
    *row("billing:invoice_edit", "GET POST", _CHANGE, sees=_SEE, **_DRAFT),
    *row("billing:invoice_deletion", "POST", _CHANGE, sees=_SEE, **_DRAFT),
    *row("billing:invoice_history", "GET", _SEE, **_ONE),
    *row("billing:invoice_paper", "GET", _SEE, **_ONE),
    *row("billing:invoice_electronic", "GET", _SEE, **_ONE),
    *row("billing:invoice_issue", "GET POST", _ISSUE, sees=_SEE, **_DRAFT),
    *row("billing:invoice_mail", "GET", f"{_ISSUE} channels.send_mail", sees=_SEES, **_ONE),
    *row("billing:invoice_mail", "POST", f"{_ISSUE} channels.send_mail", sees=_SEES, **_ONE),
    *row("billing:payment_new", "GET POST", _PAY, sees=_SEE, **_ONE),
    *row("billing:invoice_credit", "GET POST", _CREDIT, sees=_SEE, **_ONE),
    *row("billing:invoice_void", "GET POST", _CREDIT, sees=_SEE, **_ONE),
    *row("billing:payment_fields", "GET POST", _PAY, sees=_SEE, pk="payment"),
    *row("billing:refund", "GET POST", _REFUND, sees=_SEE, pk="payment"),
    *row("billing:order_invoice", "POST", f"{_CREATE} quotes.view_order", sees=_SEE, pk="order"),
    *row("billing:contact_invoices", "GET", _CUSTOMERS["contact"], sees=_SEE, pk="contact"),
    *row("billing:company_invoices", "GET", _CUSTOMERS["company"], sees=_SEE, pk="company"),
    *row("billing:opportunity_invoices", "GET", "sales.view_opportunity", sees=_SEE, pk="opportunity"),
    *row("billing:order_invoices", "GET", "quotes.view_order", sees=_SEE, pk="order"),
    *row("billing:subscriptions", "GET", _SEE_SUBSCRIPTION),
    *row("billing:subscription_new", "GET POST", f"{_CREATE_SUBSCRIPTION} {_SEE_SUBSCRIPTION}"),
    *row("billing:subscription", "GET", _SEE_SUBSCRIPTION, **_SUBSCRIPTION),
    *row("billing:subscription_history", "GET", _SEE_SUBSCRIPTION, **_SUBSCRIPTION),
    *row("billing:subscription_edit", "GET POST", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, **_SUBSCRIPTION),
    *row("billing:subscription_lines", "GET POST", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, **_SUBSCRIPTION),
    *row("billing:subscription_cancelling", "GET POST", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, **_SUBSCRIPTION),
    *row("billing:subscription_pausing", "POST", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, **_SUBSCRIPTION),
    *row("billing:subscription_resuming", "POST", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, **_SUBSCRIPTION),
    *row("billing:contact_subscriptions", "GET", _CUSTOMERS["contact"], sees=_SEE_SUBSCRIPTION, pk="contact"),
    *row("billing:company_subscriptions", "GET", _CUSTOMERS["company"], sees=_SEE_SUBSCRIPTION, pk="company"),
    *row("billing:order_subscriptions", "GET", "quotes.view_order", sees=_SEE_SUBSCRIPTION, pk="order"),
    *row("billing:public_invoice", "GET", OPEN, token="zqqqy-no-such-invoice-token", answers=(404,)),
    *row("billing:public_paper", "GET", OPEN, token="zqqqy-no-such-invoice-token", answers=(404,)),
    *row("billing:public_payment", "POST", OPEN, token="zqqqy-no-such-invoice-token", answers=(404,)),
    *row("billing:public_leaving", "GET", OPEN, token="zqqqy-no-such-invoice-token", number="x", answers=(404,)),
    *row("billing:public_return", "GET POST", OPEN, token="zqqqy-no-such-invoice-token", number="x", answers=(404,)),
    *row("billing:gateway_notices", "POST", OPEN, token="zqqqy-no-such-account-token", answers=(404,)),
    *row("billing:issuer", "GET POST", _MANAGE),
    *row("billing:dunning", "GET POST", _MANAGE),
    *row("billing:payment_accounts", "GET", _MANAGE),
    *row("billing:payment_account_new", "GET POST", _MANAGE, gateway="stripe"),
    *row("billing:payment_account", "GET POST", _MANAGE, pk="payment_account"),
    *row("/issuer", "GET", _MANAGE),
    *row("/issuer", "PATCH", _MANAGE, data={"city": "Dhaka"}),
    *row("/payment-accounts", "GET", _MANAGE),
    *row("/payment-accounts", "POST", _MANAGE, data={"gateway": "payhere", "name": "Zqqqz", "keys": {"merchant_id": "1", "merchant_secret": "2"}}),
    *row("/payment-accounts/{account_id}", "GET", _MANAGE, account_id="payment_account"),
    *row("/payment-accounts/{account_id}", "PATCH", _MANAGE, account_id="payment_account", data={"name": "Other"}),
    *row("billing:notices", "GET", _RECONCILE, query="show=all"),
    *row("billing:notice", "GET POST", _RECONCILE, pk="gateway_notice"),
    *row("/invoices", "GET", _SEE),
    *row("/invoices", "POST", _CREATE, sees=_SEES, data={"contact_id": "{contact}"}),
    *row("/invoices/{invoice_id}", "GET", _SEE, invoice_id="invoice"),
    *row("/invoices/{invoice_id}", "PATCH", _CHANGE, sees=_SEE, invoice_id="draft_invoice", data={"note": "Other"}),
    *row("/invoices/{invoice_id}", "DELETE", _CHANGE, sees=_SEE, invoice_id="draft_invoice"),
    *row("/invoices/{invoice_id}/issue", "POST", _ISSUE, sees=_SEE, invoice_id="draft_invoice", data={}),
    *row("/invoices/{invoice_id}/paper", "GET", _SEE, invoice_id="invoice"),
    *row("/invoices/{invoice_id}/electronic-invoice", "GET", _SEE, invoice_id="invoice"),
    *row("/invoices/{invoice_id}/mails", "POST", f"{_ISSUE} channels.send_mail {_LOG}", sees=_SEES, invoice_id="invoice", data=_MAIL),
    *row("/invoices/{invoice_id}/void", "POST", _CREDIT, sees=_SEE, invoice_id="invoice", data={"reason": "Mistake"}),
    *row("/invoices/{invoice_id}/credit-notes", "POST", _CREDIT, sees=_SEE, invoice_id="invoice", data={"reason": "Mistake"}),
    *row("/invoices/{invoice_id}/payments", "POST", _PAY, sees=_SEE, invoice_id="invoice", data=_MONEY | {"method": "cash"}),
    *row("/payments", "GET", _SEE),
    *row("/payments/{payment_id}", "GET", _SEE, payment_id="payment"),
    *row("/payments/{payment_id}", "PATCH", _PAY, sees=_SEE, payment_id="payment", data={"custom": {}}),
    *row("/payments/{payment_id}/refunds", "POST", _REFUND, sees=_SEE, payment_id="payment", data=_MONEY | {"reason": "Late"}),
    *row("/payment-notices", "GET", _RECONCILE),
    *row("/payment-notices/{notice_id}", "GET", _RECONCILE, notice_id="gateway_notice"),
    *row("/payment-notices/{notice_id}/settlement", "POST", _RECONCILE, notice_id="gateway_notice", data={"note": "Seen"}),
    *row("/subscriptions", "GET", _SEE_SUBSCRIPTION),
    *row("/subscriptions", "POST", _CREATE_SUBSCRIPTION, sees=f"{_SEE_SUBSCRIPTION} {_CUSTOMERS['contact']}", data=_SUBSCRIBED),
    *row("/subscriptions/{subscription_id}", "GET", _SEE_SUBSCRIPTION, subscription_id="subscription"),
    *row("/subscriptions/{subscription_id}/periods", "GET", _SEE_SUBSCRIPTION, subscription_id="subscription"),
    *row("/subscriptions/{subscription_id}", "PATCH", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, subscription_id="subscription", data={"note": "Other"}),
    *row("/subscriptions/{subscription_id}/lines", "PUT", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, subscription_id="subscription", data={"lines": _SUBSCRIBED["lines"], "prorates": False}),
    *row("/subscriptions/{subscription_id}/pause", "POST", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, subscription_id="subscription", data={}),
    *row("/subscriptions/{subscription_id}/resume", "POST", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, subscription_id="subscription", data={}),
    *row("/subscriptions/{subscription_id}/cancellation", "POST", _CHANGE_SUBSCRIPTION, sees=_SEE_SUBSCRIPTION, subscription_id="subscription", data={"reason": "Moved"}),
]  # fmt: skip
