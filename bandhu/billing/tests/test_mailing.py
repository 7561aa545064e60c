"""Invoices and credit notes go out by mail, through a real SMTP server."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.letters import invoice_letter
from bandhu.billing.tests.cast import make_draft, make_house, make_invoice
from bandhu.channels import actions as channels
from bandhu.channels.models import Mail
from bandhu.channels.tests.post_office import house_account
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.ready_made import system_user
from bandhu.interactions.queries import timeline

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def kumar(boss):
    return make_contact("குமார்", by=boss, mails=["kumar@example.org"], language="ta")


@pytest.fixture
def browser(boss):
    client = Client()
    client.force_login(boss)
    return client


def delivered(mail, server):
    Mail.objects.filter(pk=mail.pk).update(send_at=timezone.now())
    channels.send_queued(mail.pk)
    return server.taken[-1][2]


def test_an_invoice_in_tamil_with_its_paper_and_the_way_to_pay(boss, kumar, smtp_server):
    invoice = make_invoice(by=boss, contact=kumar, language="ta")
    letter = invoice_letter(invoice, boss)
    account = house_account(boss, smtp_server)
    mail = actions.mail_invoice(
        invoice,
        actor=boss,
        account=account,
        to=["kumar@example.org"],
        subject=letter.subject,
        body=letter.body,
    )
    message = delivered(mail, smtp_server)
    assert message["Subject"] == f"விலைப்பட்டி {invoice.number}"
    text = message.get_body(["plain"]).get_content()
    assert f"/i/{invoice.token}/" in text and "குமார்" in text and "{{" not in text
    [enclosed] = list(message.iter_attachments())
    assert enclosed.get_filename() == f"{invoice.number}.pdf" and enclosed.get_content().startswith(b"%PDF")
    [entry] = [one for one in timeline(boss, kumar).items if one.kind == "mail"]
    assert entry.details["invoice_id"] == str(invoice.pk)


def test_a_program_sends_a_reminder_of_its_own_wording(boss, kumar, smtp_server):
    invoice = make_invoice(by=boss, contact=kumar)
    account = house_account(boss, smtp_server)
    mail = actions.mail_invoice(
        invoice,
        actor=system_user(),
        account=account,
        subject="Reminder",
        body="Please pay.",
        is_automatic=True,
    )
    message = delivered(mail, smtp_server)
    assert message["To"] == "kumar@example.org" and message["Auto-Submitted"] == "auto-generated"


def test_drafts_and_void_ones_stay_here(boss, kumar, smtp_server):
    account = house_account(boss, smtp_server)
    gone = actions.void_invoice(make_invoice(by=boss, contact=kumar), actor=boss, reason="Mistake")
    for one in (make_draft(by=boss, contact=kumar), gone):
        with pytest.raises(ValidationError):
            actions.mail_invoice(one, actor=boss, account=account, subject="Invoice", body="Here.")
    assert not Mail.objects.exists()


def test_a_credit_note_from_its_page(boss, kumar, browser, smtp_server):
    account = house_account(boss, smtp_server)
    invoice = make_invoice(by=boss, contact=kumar, language="en")
    note = actions.issue_invoice(actions.draft_credit_note(invoice, actor=boss, reason="Broken"), actor=boss)
    address = reverse("billing:invoice_mail", args=[note.pk])
    page = browser.get(address, headers=HTMX).content.decode()
    assert f"credit note {note.number}" in page and invoice.number in page
    sent = {"account": account.pk, "to": "kumar@example.org", "subject": "Credit note", "body": "Enclosed."}
    assert browser.post(address, sent, headers=HTMX).status_code == 204
    page = browser.get(reverse("billing:invoice", args=[note.pk])).content.decode()
    assert "kumar@example.org" in page and "Waits to be sent" in page


def test_by_rest(boss, kumar, browser, smtp_server):
    house_account(boss, smtp_server)
    invoice = make_invoice(by=boss, contact=kumar)
    answer = browser.post(
        f"/api/v1/invoices/{invoice.pk}/mails", {"subject": "Our invoice"}, content_type="application/json"
    )
    assert answer.status_code == 201 and answer.json()["subject"] == "Our invoice"
    draft = make_draft(by=boss, contact=kumar)
    assert (
        browser.post(f"/api/v1/invoices/{draft.pk}/mails", {}, content_type="application/json").status_code
        == 422
    )


def test_the_button_pressed_twice_sends_once(boss, kumar, smtp_server):
    invoice, account = make_invoice(by=boss, contact=kumar), house_account(boss, smtp_server)
    words = {"subject": "Our invoice", "body": "Here it is."}
    first = actions.mail_invoice(invoice, actor=boss, account=account, **words)
    assert actions.mail_invoice(invoice, actor=boss, account=account, **words) == first
    assert Mail.objects.count() == 1
