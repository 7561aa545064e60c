"""A paper (a quote, an invoice) that goes out by mail: its dialog, and the same by REST. The app of the paper says what sends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from bandhu.channels import queries
from bandhu.channels.forms import LetterForm
from bandhu.channels.models import Mail
from bandhu.customers.models import Company, Contact
from bandhu.identity.scoping import require
from bandhu.platform.rest import Given
from bandhu.ui.pages import is_fragment_request, see_other

SEND = "channels.send_mail"


@dataclass(frozen=True, kw_only=True)
class PaperToSend:
    """What the dialog begins with. `send` takes account, to, cc, subject and body; `back` is the page of the paper.

    `without_mail` is where one posts to open the public page alone, while it is not open; `link` its address once it is.
    """

    title: str
    customer: Contact | Company
    letter: queries.Drafted
    file_name: str
    send: Callable[..., Mail]
    back: str
    link: str = ""
    without_mail: str = ""

    @property
    def address(self) -> str:
        """The customer's first mail address."""
        return str(self.customer.primary_mail or "")


class PaperMailIn(Given):
    """What is left out is taken from the ready-made letter, the customer's first address and the best of the caller's mailboxes."""

    account_id: UUID | None = None
    to: list[str] = Field([], max_length=50)
    cc: list[str] = Field([], max_length=50)
    subject: str = Field("", max_length=300)
    body: str = Field("", max_length=500_000)


class PaperMailOut(Schema):
    """The mail in the outbox; read more of it at /mails/{id}."""

    id: UUID
    state: str
    sender: str
    to: list[str]
    subject: str


def mailing_dialog(request: HttpRequest, paper: PaperToSend) -> HttpResponse:
    """GET shows the letter, POST sends it with the paper; without a mailbox it says how to get one."""
    user: Any = request.user
    require(user, SEND, paper.customer)
    start = {"to": paper.address, "subject": paper.letter.subject, "body": paper.letter.body}
    form = LetterForm(request.POST if request.method == "POST" else None, initial=start, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            paper.send(
                account=queries.sending_account_for(user, form.cleaned_data["account"]), **form.values()
            )
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("The mail leaves in ten seconds."))
            return see_other(request, paper.back)
    context = {
        "paper": paper,
        "form": form,
        "customer": paper.customer,
        "kind": "contact" if isinstance(paper.customer, Contact) else "company",
        "bad_addresses": queries.bad_addresses_of(user, paper.customer),
        "action": request.get_full_path(),
    }
    part = "#letter" if is_fragment_request(request) else ""
    status = 422 if request.method == "POST" else 200
    return render(request, f"channels/paper.html{part}", context, status=status)


def send_by_rest(request: HttpRequest, paper: PaperToSend, given: PaperMailIn) -> dict[str, Any]:
    """Send it as a program asks; a ValidationError by field where something is missing. Returns a PaperMailOut."""
    user: Any = request.user
    require(user, SEND, paper.customer)
    accounts = queries.sending_accounts(user)
    account = (accounts.filter(pk=given.account_id) if given.account_id else accounts).first()
    if account is None:
        raise ValidationError({"account_id": _("There is no mailbox to write from.")})
    mail = paper.send(
        account=account,
        to=given.to or [paper.address],
        cc=given.cc,
        subject=given.subject or paper.letter.subject,
        body=given.body or paper.letter.body,
    )
    people = [one.address for one in mail.recipients.all() if one.role == "to"]
    return {name: getattr(mail, name) for name in ("id", "state", "sender", "subject")} | {"to": people}
