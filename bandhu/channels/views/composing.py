"""Writing a mail from a customer's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bandhu.channels import actions, queries
from bandhu.channels.forms import MailForm
from bandhu.channels.signatures import signature_for, unsigned
from bandhu.customers import queries as customers
from bandhu.identity.scoping import require
from bandhu.platform.files import files_of
from bandhu.ui.pages import close_dialog, is_fragment_request, see_other, with_toast

SEND = "channels.send_mail"


@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The dialog; `?answer=` replies to a mail, `?draft=` goes on with one, `?template=` begins from a letter."""
    find = customers.contact_for if kind == "contact" else customers.company_for
    customer = find(request.user, pk)
    require(request.user, SEND, customer)
    answered, draft = (_named_mail(request, name) for name in ("answer", "draft"))
    files = [*files_of(customer.pk), *(queries.files_of_mail(request.user, draft) if draft else [])]
    context: dict[str, Any] = {"customer": customer, "kind": kind, "action": request.get_full_path()}
    if request.method == "GET":
        start, context["missing"] = _start(request, customer, answered, draft)
        form = MailForm(initial=start, user=request.user, files=files)
        return _dialog(request, form, context)
    form = MailForm(request.POST, user=request.user, files=files)
    if form.is_valid():
        try:
            written = _write(request, customer, form, answered, draft)
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            return _written(request, kind, written)
    return _dialog(request, form, context, status=422)


@require_POST
def trust(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mail to the addresses of this contact or company goes out again, though some came back."""
    customer = customers.seen_record(request.user, request.POST.get("kind", "contact"), pk)
    actions.trust_addresses(customer, actor=request.user)
    return with_toast(close_dialog(HttpResponse(status=204)), _("Mail goes to this address again."))


def _start(request, customer, answered, draft):
    """What the form begins with, and the labels of merge fields that have no value."""
    missing: list[Any] = []
    known = draft or answered
    start: dict[str, Any] = {"to": customer.primary_mail, "purpose": "service"}
    if draft:
        people = draft.recipients.all()
        start |= {
            role: ", ".join(one.address for one in people if one.role == role) for role in ("to", "cc", "bcc")
        }
        body = unsigned(draft.text, _signature(request, draft.account, customer))
        start |= {"subject": draft.subject, "body": body, "purpose": draft.purpose}
        start["enclosed"] = [str(one.pk) for one in queries.files_of_mail(request.user, draft)]
    elif answered:
        subject = answered.subject if answered.subject[:3].casefold() == "re:" else f"Re: {answered.subject}"
        start |= {"to": answered.sender, "subject": subject[:300]}
    if known and known.account_id:
        start["account"] = str(known.account_id)
    if wanted := request.GET.get("template"):
        letter = queries.drafted_from(queries.template_for(request.user, wanted), customer, request.user)
        start |= {
            "subject": letter.subject,
            "body": letter.body,
            "purpose": letter.purpose,
            "template": wanted,
        }
        missing = letter.missing
    return start, missing


def _write(request, customer, form, answered, draft):
    uploads = [(one.name, one.chunks()) for one in request.FILES.getlist("uploads")]
    account = queries.sending_account_for(request.user, form.cleaned_data["account"])
    return actions.write_mail(
        customer,
        actor=request.user,
        account=account,
        uploads=uploads,
        answers=answered,
        draft=draft,
        about=_about(request),
        is_signed=True,
        **form.values(),
    )


def _signature(request, account, customer):
    """What will stand below, in the customer's language."""
    if account is None:
        return ""
    return signature_for(account, request.user, customer, getattr(customer, "language", ""))


def _written(request, kind, written):
    words = _("The mail leaves in ten seconds.")
    if not is_fragment_request(request):
        return see_other(request, reverse("channels:mail", args=[written.pk]))
    response = close_dialog(HttpResponse(status=204))
    undo = reverse("channels:mail_taking_back", args=[written.pk])
    return with_toast(response, words, action_label=_("Undo"), action_url=undo)


def _about(request: HttpRequest) -> tuple[str, UUID] | None:
    """The record it is written from, as "opportunity:<id>"."""
    kind, _colon, pk = request.GET.get("about", "").partition(":")
    try:
        return (kind[:40], UUID(pk)) if kind.isidentifier() else None
    except ValueError:
        return None


def _named_mail(request: HttpRequest, name: str) -> Any:
    pk = request.GET.get(name)
    try:
        return queries.mail_for(request.user, UUID(pk)) if pk else None
    except ValueError:
        return None


def _dialog(request, form, context, status=200):
    customer = context["customer"]
    context["signatures"] = [
        (one, words) for one in form.senders if (words := _signature(request, one, customer))
    ]
    context |= {"form": form, "bad_addresses": queries.bad_addresses_of(request.user, context["customer"])}
    template = "channels/composing.html#letter" if is_fragment_request(request) else "channels/composing.html"
    return render(request, template, context, status=status)
