"""Mails taken in by the batch are what they are one by one; where one spoils the batch, the others come in all the same."""

import base64

import pytest
from django.utils import timezone

from bandhu.channels import actions
from bandhu.channels.actions import batches
from bandhu.channels.actions.batches import Letter, receive_mails
from bandhu.channels.actions.receiving import take_in_fetched
from bandhu.channels.models import KeptMail, Mail, MailRecipient
from bandhu.channels.reading import Fetched, Place
from bandhu.channels.tests.post_office import house_account, letter
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.models import Conversation, Interaction, Message, Participant
from bandhu.platform.models import AuditEntry, EventRecord, StoredFile
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    ensure_purposes()
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def office(admin):
    return house_account(admin, imap_host="mail.example.invalid")


def several():
    """Of many kinds, some of which have to do with each other."""
    rice = letter("Rice")
    rice.add_attachment(b"a list", maintype="text", subtype="csv", filename="list.csv")
    page = letter("Page", From="Nazma Begum <nazma@example.net>")
    page.add_alternative("<p>Two <b>hundred</b></p><script>x()</script>", subtype="html")
    return [
        rice,
        letter("Re: Rice", References="<rice@example.org>", Cc="Karim <karim@example.net>"),
        page,
        letter("Re: Page", From="Stranger <stranger@example.com>", In_Reply_To="<page@example.org>"),
        letter("Second", From="Nazma <nazma@example.net>"),
        letter("Re: Rice again", From="karim@example.net", References="<rice@example.org> <re:-rice@example.org>"),
        letter("News", From="Shop <shop@example.net>", List_Id="<news.example.net>"),
        letter("Away", From="rahima@example.org", Auto_Submitted="auto-replied", In_Reply_To="<rice@example.org>"),
        letter("Cheap", From="Spam <spam@example.net>", X_Spam_Flag="YES"),
        letter("Info", From="info@firm.example", Reply_To="boss@firm.example"),
    ]  # fmt: skip


def picture():
    """What stands in the database afterwards, without ids and moments of writing."""
    return {
        "conversations": sorted(
            Conversation.objects.values_list(
                "subject", "state", "person_key", "contact__full_name", "message_count", "preview", "version",
                "waiting_since", "first_incoming_at", "last_incoming_at", "language",
            ), key=repr,
        ),
        "continuing": sorted(one.subject for one in Conversation.objects.all() if "continues" in one.details),
        "messages": sorted(
            Message.objects.filter(kind="said").values_list(
                "conversation__subject", "kind", "state", "text", "html", "author_name", "external_id", "interaction__subject", "at", "words",
            ), key=repr,
        ),
        "files": sorted(
            (one["name"], message.external_id) for message in Message.objects.all() for one in message.details.get("files", ())
        ),
        "mails": sorted(
            Mail.objects.values_list(
                "subject", "text", "html", "contact__full_name", "company__name", "interaction__subject", "is_automatic", "troubles",
                "inbox_message__external_id", "state", "reply_to",
            ), key=repr,
        ),
        "threads": sorted(
            (one.subject, Mail.objects.filter(thread_id=one.thread_id).order_by("subject").first().subject) for one in Mail.objects.all()
        ),
        "recipients": sorted(MailRecipient.objects.values_list("mail__subject", "role", "key", "contact__full_name"), key=repr),
        "entries": sorted(Interaction.objects.values_list("subject", "contact__full_name", "body", "words", "direction"), key=repr),
        "people": sorted(Participant.objects.values_list("interaction__subject", "address", "role", "contact__full_name"), key=repr),
        "contacts": sorted(Contact.objects.exclude(full_name="Rahima Khatun").values_list("full_name", "last_touched_at"), key=repr),
        "touched": list(Contact.objects.filter(full_name="Rahima Khatun").values_list("last_touched_at", flat=True)),
        "stored": sorted(StoredFile.objects.values_list("record_kind", "name", "size", "media_type")),
        "events": sorted(EventRecord.objects.values_list("name", flat=True)),
        "audit": sorted(AuditEntry.objects.values_list("verb", "record_kind", "record_title")),
    }  # fmt: skip


def emptied(account):
    for model in (Mail, Message, Conversation, Interaction, EventRecord, AuditEntry, StoredFile):
        model.objects.all().delete()
    Contact.objects.exclude(full_name="Rahima Khatun").delete()
    Contact.objects.update(last_touched_at=None)


def dated(raws):
    """Moments of their own, so that both ways write the same ones."""
    return [
        b"Date: Mon, 0%d Jun 2026 1%d:00:00 +0000\r\n" % (1 + number % 9, number % 10) + raw
        for number, raw in enumerate(raws)
    ]


def test_together_or_one_by_one_the_same_stands_there(admin, office):
    make_contact("Rahima Khatun", by=admin, mails=["rahima@example.org"], team=admin.team, owner=admin)
    raws = dated([one.as_bytes() for one in several()])
    raws.append(b"Received: from relay.example.net\r\n" + raws[0])
    emptied(office)
    for raw in raws:
        receive_mails(office, [Letter(raw)])
    alone = picture()
    emptied(office)
    found = receive_mails(office, [Letter(raw) for raw in raws])
    together = picture()
    for name, rows in alone.items():
        assert together[name] == rows, name
    assert found[0] == found[-1] and len({one.pk for one in found}) == len(raws) - 1
    assert receive_mails(office, [Letter(raw) for raw in raws]) == found
    assert picture() == together


def by_another_route(mail):
    """As a second server hands it on: lines of its own above it, and the text packed otherwise."""
    other = letter("Rice", mail.get_content(), Date=mail["Date"])
    other.replace_header("Content-Transfer-Encoding", "base64")
    other.set_payload(base64.encodebytes(mail.get_payload(decode=True)).decode())
    return (
        b"Received: from relay.example.net\r\nX-Scanned: yes\r\nDelivered-To: office@example.com\r\n"
        + other.as_bytes()
    )


@pytest.mark.parametrize("together", [True, False])
def test_another_mail_under_an_id_that_is_taken_is_kept(admin, office, together):
    date = "Mon, 01 Jun 2026 10:00:00 +0000"
    first = letter("Rice", Date=date)
    others = [
        letter("Rice", "Pay at once.", Date=date),
        letter("Rice", Date=date, From="Karim <karim@example.net>"),
        letter("Invoice", Date=date, Message_ID=first["Message-ID"]),
        letter("Rice", Date="Tue, 02 Jun 2026 10:00:00 +0000"),
        letter("Rice", Date=date),
    ]
    others[-1].add_attachment(b"a list", maintype="text", subtype="csv", filename="list.csv")
    raws = [one.as_bytes() for one in (first, *others)]
    if together:
        found = receive_mails(office, [Letter(raw) for raw in raws])
    else:
        found = [receive_mails(office, [Letter(raw)])[0] for raw in raws]
    assert len({one.pk for one in found}) == len({one.message_id for one in found}) == len(raws)
    assert found[0].message_id == first["Message-ID"] and found[0].message_id in found[1].references
    assert Message.objects.count() == Mail.objects.count() == len(raws)
    assert "Pay at once." in found[1].inbox_message.text
    again = receive_mails(office, [Letter(raw) for raw in (*raws, by_another_route(first))])
    assert again == [*found, found[0]], "read anew, and by another route"
    assert Mail.objects.count() == len(raws)


def test_the_head_alone_is_compared_where_only_the_head_was_read(admin, office):
    raw = letter("Rice").as_bytes()
    [mail] = receive_mails(office, [Letter(raw)])
    head = raw.partition(b"\n\n")[0] + b"\n\n"
    assert receive_mails(office, [Letter(head, is_cut=True)]) == [mail]
    [other] = receive_mails(office, [Letter(head.replace(b"Subject: Rice", b"Subject: Sugar"), is_cut=True)])
    assert other != mail


def test_a_stranger_under_the_id_of_our_own_mail_is_heard(admin, office):
    ours = Mail.objects.create(
        account=office, state="sent", message_id="<ours@example.com>", sender=office.address, subject="Rice", text="Two hundred sacks are on their way.",
        send_at=timezone.now(), written_at=timezone.now(), written_by=admin,
    )  # fmt: skip
    theirs = letter("Rice", "Nothing has come.", Message_ID="<ours@example.com>")
    by_list = letter(
        "[all] Rice", f"{ours.text}\n-- \nThe list", Message_ID="<ours@example.com>", From="list@example.net"
    )
    back = letter("Rice", "whatever", Message_ID="<ours@example.com>", From=office.address)
    found = receive_mails(office, [Letter(one.as_bytes()) for one in (theirs, by_list, back)])
    assert found[1:] == [ours, ours]
    assert "Nothing has come." in found[0].inbox_message.text


def fetched(raws, first=1):
    return [Fetched(uid, Place(1, uid), raw, len(raw)) for uid, raw in enumerate(raws, first)]


def test_one_that_spoils_the_batch_is_kept_back_alone(admin, office, monkeypatch):
    whole = batches.parse_mail

    def stumbles(raw, at):
        if b"Poison" in raw:
            raise RuntimeError("nobody foresaw this")
        return whole(raw, at)

    monkeypatch.setattr(batches, "parse_mail", stumbles)
    raws = [letter(one).as_bytes() for one in ("First", "Poison", "Last")]
    assert take_in_fetched(office, "INBOX", fetched(raws)) == 2
    assert KeptMail.objects.get().uid == 2
    assert sorted(Mail.objects.values_list("subject", flat=True)) == ["First", "Last"]
    assert Message.objects.count() == EventRecord.objects.filter(name="channels.mail_received").count() == 2
    office.refresh_from_db()
    assert office.places["INBOX"]["uid"] == 3


def test_a_person_the_book_does_not_take_leaves_nothing_behind(admin, office, monkeypatch):
    before = AuditEntry.objects.count()

    def refuses(*arguments, **more):
        from bandhu.platform.audit import record_change

        record_change("created", actor=None, kind="contact", title="half made")
        raise batches_refusal

    from django.core.exceptions import ValidationError

    batches_refusal = ValidationError({"full_name": "no"})
    monkeypatch.setattr("bandhu.channels.actions.conversing.contact_found_or_made", refuses)
    message = actions.receive_mail(
        office, letter(From="Nobody <nobody@example.net>").as_bytes()
    ).inbox_message
    assert message.conversation.contact is None
    assert not AuditEntry.objects.filter(record_title="half made").exists()
    assert AuditEntry.objects.count() == before


def test_a_batch_costs_few_statements(admin, office, django_assert_max_num_queries):
    raws = [
        letter(f"Mail {number}", From=f"Customer <c{number % 3}@example.org>").as_bytes()
        for number in range(25)
    ]
    take_in_fetched(office, "INBOX", fetched(raws[:5]))
    with django_assert_max_num_queries(60):
        assert take_in_fetched(office, "INBOX", fetched(raws[5:], 6)) == 20
    assert Message.objects.count() == 25
