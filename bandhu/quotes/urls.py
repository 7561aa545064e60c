from django.urls import URLPattern, path

from bandhu.quotes.views import editing, orders, pages, papers, public, steps, templates

app_name = "quotes"
_ONE = "quotes/<uuid:pk>/"
_ORDER = "orders/<uuid:pk>/"

urlpatterns: list[URLPattern] = [
    path("quotes/", pages.quotes, name="quotes"),
    path("quotes/new/", editing.new, name="quote_new"),
    path("quotes/bin/", pages.bin, name="bin"),
    path(_ONE, pages.quote, name="quote"),
    path(_ONE + "edit/", editing.edit, name="quote_edit"),
    path(_ONE + "edit/sums/", editing.sums, name="quote_sums"),
    path(_ONE + "edit/line/", editing.line, name="quote_line"),
    path(_ONE + "paper.pdf", papers.quote_paper, name="quote_pdf"),
    path(_ONE + "history/", pages.history, {"kind": "quote"}, name="quote_history"),
    path(_ONE + "sending/", steps.sending, name="quote_sending"),
    path(_ONE + "mail/", steps.mail, name="quote_mail"),
    path(_ONE + "approval/", steps.approval, name="quote_approval"),
    path(_ONE + "approval/request/", steps.approval_request, name="quote_approval_request"),
    path(_ONE + "approval/refusal/", steps.approval_refusal, name="quote_approval_refusal"),
    path(_ONE + "approval/withdrawal/", steps.taking_back, name="quote_approval_withdrawal"),
    path(_ONE + "versions/", steps.version, name="quote_versions"),
    path(_ONE + "acceptance/", steps.acceptance, name="quote_acceptance"),
    path(_ONE + "refusal/", steps.refusal, name="quote_refusal"),
    path(_ONE + "deletion/", steps.deletion, name="quote_deletion"),
    path(_ONE + "restoration/", steps.restoration, name="quote_restoration"),
    path("q/<str:token>/", public.quote, name="public_quote"),
    path("q/<str:token>/paper.pdf", public.paper, name="public_paper"),
    path("q/<str:token>/question/", public.question, name="public_question"),
    path("q/<str:token>/acceptance/", public.acceptance, name="public_acceptance"),
    path("q/<str:token>/refusal/", public.refusal, name="public_refusal"),
    path("orders/", pages.orders, name="orders"),
    path(_ORDER, pages.order, name="order"),
    path(_ORDER + "edit/", orders.edit, name="order_edit"),
    path(_ORDER + "history/", pages.history, {"kind": "order"}, name="order_history"),
    path(_ORDER + "cancellation/", steps.order_cancellation, name="order_cancellation"),
    path("settings/quote-templates/", templates.templates, name="templates"),
    path("settings/quote-templates/new/", templates.new, name="template_new"),
    path("settings/quote-templates/<uuid:pk>/", templates.template, name="template"),
    path("settings/quote-templates/<uuid:pk>/preview.png", templates.preview, name="template_preview"),
    path("contacts/<uuid:pk>/quotes/", pages.of_record, {"kind": "contact"}, name="contact_quotes"),
    path("companies/<uuid:pk>/quotes/", pages.of_record, {"kind": "company"}, name="company_quotes"),
    path(
        "opportunities/<uuid:pk>/quotes/", pages.of_record, {"kind": "opportunity"}, name="opportunity_quotes"
    ),
]
