"""Mail to the mailbox for leads becomes a lead, of the person it is from, once."""

import pytest

from bandhu.channels import actions as channels
from bandhu.channels.models import Mail
from bandhu.channels.tests.post_office import house_account, imap_server, letter  # noqa: F401
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.events import deliver, subscriptions
from bandhu.platform.models import EventRecord
from bandhu.sales.models import Lead
from bandhu.sales.subscribers import is_enquiry, make_lead_of_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def leads(admin, imap_server):  # noqa: F811
    return house_account(
        admin, imap=imap_server, address="sales@example.com", intake="leads", team=admin.team
    )


def hear() -> None:
    """Deliver what was published about mails, twice, as the queue may."""
    [heard] = [one for one in subscriptions("channels.mail_received") if one.function is make_lead_of_mail]
    for _twice in range(2):
        for record in EventRecord.objects.filter(name="channels.mail_received"):
            event = type("Event", (), record.payload)
            if is_enquiry(event):
                deliver(record.pk, heard.path)


def test_a_stranger_writes(admin, leads, imap_server):  # noqa: F811
    imap_server.put(letter("Two hundred sacks", "What do they cost?", From="Nazma <nazma@example.net>"))
    channels.read_account(leads.pk)
    hear()
    lead = Lead.objects.get()
    assert (lead.title, lead.message, str(lead.source)) == ("Two hundred sacks", "What do they cost?", "Mail")
    assert lead.contact.full_name == "Nazma" and lead.contact.primary_mail == "nazma@example.net"
    mail = Mail.objects.get()
    assert mail.contact == lead.contact and (mail.about_kind, mail.about_id) == ("lead", lead.pk)


def test_a_known_person_stays_one(admin, leads):
    rahima = make_contact("Rahima Khatun", by=admin, mails=["rahima@example.org"])
    channels.receive_mail(leads, letter("Rice").as_bytes())
    hear()
    assert Lead.objects.get().contact == rahima


def test_answers_and_robots_make_no_leads(admin, leads):
    channels.receive_mail(leads, letter("Rice").as_bytes())
    hear()
    channels.receive_mail(leads, letter("Re: Rice", In_Reply_To="<rice@example.org>").as_bytes())
    channels.receive_mail(leads, letter("Away", Auto_Submitted="auto-replied").as_bytes())
    channels.receive_mail(leads, b"Subject: from nobody\r\n\r\nText")
    hear()
    assert Lead.objects.count() == 1
    assert Mail.objects.get(subject="Re: Rice").contact == Lead.objects.get().contact
