from django.urls import URLPattern, path

from bandhu.billing.views import accounts, editing, notices, pages, papers, public, settings, steps

app_name = "billing"
_ONE = "invoices/<uuid:pk>/"

urlpatterns: list[URLPattern] = [
    path("invoices/", pages.invoices, name="invoices"),
    path("invoices/new/", editing.new, name="invoice_new"),
    path(_ONE, pages.invoice, name="invoice"),
    path(_ONE + "edit/", editing.edit, name="invoice_edit"),
    path(_ONE + "deletion/", editing.deletion, name="invoice_deletion"),
    path(_ONE + "history/", pages.history, name="invoice_history"),
    path(_ONE + "paper.pdf", papers.paper, name="invoice_paper"),
    path(_ONE + "invoice.xml", papers.electronic, name="invoice_electronic"),
    path(_ONE + "issue/", steps.issue, name="invoice_issue"),
    path(_ONE + "mail/", steps.mail, name="invoice_mail"),
    path(_ONE + "payments/new/", steps.payment, name="payment_new"),
    path(_ONE + "credit/", steps.credit, name="invoice_credit"),
    path(_ONE + "void/", steps.void, name="invoice_void"),
    path("payments/<uuid:pk>/refund/", steps.refund, name="refund"),
    path("orders/<uuid:pk>/invoice/", steps.of_order, name="order_invoice"),
    path("contacts/<uuid:pk>/invoices/", pages.of_record, {"kind": "contact"}, name="contact_invoices"),
    path("companies/<uuid:pk>/invoices/", pages.of_record, {"kind": "company"}, name="company_invoices"),
    path(
        "opportunities/<uuid:pk>/invoices/",
        pages.of_record,
        {"kind": "opportunity"},
        name="opportunity_invoices",
    ),
    path("orders/<uuid:pk>/invoices/", pages.of_record, {"kind": "order"}, name="order_invoices"),
    path("payments/notices/", notices.notices, name="notices"),
    path("payments/notices/<uuid:pk>/", notices.notice, name="notice"),
    path("i/<str:token>/", public.invoice, name="public_invoice"),
    path("i/<str:token>/paper.pdf", papers.public_paper, name="public_paper"),
    path("i/<str:token>/payment/", public.payment, name="public_payment"),
    path("i/<str:token>/payment/<str:number>/", public.leaving, name="public_leaving"),
    path("i/<str:token>/return/<str:number>/", public.back, name="public_return"),
    path("pay/notices/<str:token>/", notices.arrival, name="gateway_notices"),
    path("settings/invoices/", settings.issuer, name="issuer"),
    path("settings/payment-accounts/", accounts.accounts, name="payment_accounts"),
    path("settings/payment-accounts/new/<slug:gateway>/", accounts.new, name="payment_account_new"),
    path("settings/payment-accounts/<uuid:pk>/", accounts.account, name="payment_account"),
]
