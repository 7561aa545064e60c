"""Mailboxes that feed the inbox: which conversation a mail joins, who it is with, and how an answer leaves."""

from datetime import timedelta
from email.utils import format_datetime
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.channels import actions
from bandhu.channels.models import Mail
from bandhu.channels.reply_tokens import reply_address, reply_mark
from bandhu.channels.tests.post_office import house_account, letter
from bandhu.customers.actions import delete_contact
from bandhu.customers.models import Contact, EmailAddress
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import close_conversation, file_conversation, withdraw_message, write_message
from bandhu.interactions.models import Conversation, Interaction, Message
from bandhu.interactions.queries import timeline
from bandhu.platform.files import store_file
from bandhu.platform.models import EventRecord
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa", role="service", team=make_team("Dhaka"))


@pytest.fixture
def office(rupa, smtp_server):
    admin = make_user("Admin", role="administrator")
    return house_account(admin, smtp_server, from_name="Bandhu Traders")


@pytest.fixture
def rahima(rupa):
    return make_contact("Rahima Khatun", by=rupa, mails=["rahima@example.org"], team=rupa.team, owner=rupa)


def came_in(office, subject="Rice", text="Two hundred sacks, please.", **headers):
    """The message of the inbox a mail became; None where it became none."""
    headers.setdefault("To", office.address)
    mail = actions.receive_mail(office, letter(subject, text, **headers).as_bytes())
    return mail.inbox_message


def answered(message, by, text="They are ready.", **more):
    """An answer as the inbox writes it, in the outbox."""
    answer = write_message(message.conversation, actor=by, text=text, **more)
    actions.post_message(answer.pk)
    answer.refresh_from_db()
    return answer


def left(answer):
    """The mail of the answer, after the outbox had its turn."""
    mail = Mail.objects.get(inbox_message=answer)
    actions.send_queued(mail.pk)
    answer.refresh_from_db()
    mail.refresh_from_db()
    return mail


class TestComingIn:
    def test_a_mail_begins_a_conversation_with_its_customer_and_stands_once_on_the_timeline(
        self, rupa, rahima, office
    ):
        message = came_in(office)
        talk = message.conversation
        assert (talk.channel, talk.place, talk.contact, talk.subject) == ("mail", office.pk, rahima, "Rice")
        assert talk.waiting_since == message.at
        [entry] = timeline(rupa, rahima).items
        assert (entry.kind, entry.pk) == ("mail", message.interaction_id)
        assert Mail.objects.get().interaction_id == message.interaction_id

    def test_read_twice_it_is_one(self, rahima, office):
        first, second = came_in(office), came_in(office)
        assert first == second and Message.objects.count() == 1

    def test_a_new_house_mailbox_feeds_the_inbox_and_a_users_own_never_does(self, rupa, office):
        assert office.intake == "inbox"
        with pytest.raises(Exception, match="team or of the house"):
            actions.create_own_account(
                actor=rupa, address="me@example.com", smtp_host="h.example", intake="inbox"
            )

    def test_who_nobody_knows_becomes_a_contact(self, office):
        message = came_in(office, From="Nazma Begum <nazma@example.net>")
        assert message.conversation.contact.full_name == "Nazma Begum"
        came_in(office, "Another question", From="Nazma <nazma@example.net>")
        assert Contact.objects.filter(mails__key="nazma@example.net").count() == 1

    def test_the_script_of_a_mail_says_which_language_its_writer_reads(self, rupa, rahima, office):
        new = came_in(
            office,
            "চাল",
            "দুই বস্তা চাল কম এসেছে।",
            From="Nazma <nazma@example.net>",
            Message_ID="<bn@example.net>",
        ).conversation
        assert (new.language, new.contact.language) == ("bn", "bn")
        known = came_in(office, "அரிசி", "இரண்டு மூட்டை குறைவு.", Message_ID="<ta@example.org>").conversation
        rahima.refresh_from_db()
        assert (known.language, rahima.language) == ("ta", ""), "what is known of somebody stays"
        assert came_in(office, "Rice and sugar").conversation.language == ""

    @pytest.mark.parametrize(
        "header",
        [
            {"Auto_Submitted": "auto-generated"},
            {"List_Id": "<news.example.net>"},
            {"X_Spam_Flag": "YES"},
            {"Authentication_Results": "mx.example.com; dmarc=fail"},
        ],
    )
    def test_machines_and_spam_become_no_contacts(self, office, header):
        message = came_in(office, From="Shop <shop@example.net>", **header)
        assert message.conversation.contact is None and not Contact.objects.exists()
        assert message.conversation.state == ("spam" if "X_Spam_Flag" in header else "open")

    def test_a_form_of_our_own_site_is_from_whom_it_names(self, office):
        message = came_in(
            office, From=f"Web site <{office.address}>", Reply_To="Karim Uddin <karim@example.net>"
        )
        assert message.conversation.person_address == "karim@example.net"
        assert Contact.objects.get().mails.get().key == "karim@example.net"

    def test_the_same_mail_in_two_mailboxes_is_a_conversation_in_each_and_one_entry(
        self, rupa, rahima, office, smtp_server
    ):
        sales = house_account(
            make_user("Second", role="administrator"), smtp_server, address="sales@example.com"
        )
        one, other = came_in(office), came_in(sales)
        assert one.conversation != other.conversation
        assert len(timeline(rupa, rahima).items) == 1


class TestJoining:
    def test_an_answer_joins_by_any_ancestor_and_keeps_its_own_subject(self, rahima, office):
        first = came_in(office)
        again = came_in(
            office, "Re: Rice, and sugar", References="<rice@example.org>", In_Reply_To="<lost@x>"
        )
        assert again.conversation == first.conversation
        assert again.details["subject"] == "Re: Rice, and sugar"
        assert Conversation.objects.get().subject == "Rice"

    def test_an_ancestor_nobody_stored_joins_two_mails_that_name_it(self, rahima, office):
        first = came_in(office, "Re: old", References="<never-seen@example.org>")
        second = came_in(office, "Re: old again", References="<never-seen@example.org>")
        assert second.conversation == first.conversation

    def test_a_question_that_arrives_after_its_answer(self, rahima, office):
        answer = came_in(office, "Re: Rice", References="<rice@example.org>")
        assert came_in(office, "Rice").conversation == answer.conversation

    def test_a_stranger_who_names_the_ids_begins_a_conversation_of_their_own(self, rahima, office):
        first = came_in(office)
        strange = came_in(office, "Re: Rice", From="eve@evil.example", References="<rice@example.org>")
        assert strange.conversation != first.conversation
        assert strange.conversation.details["continues"] == str(first.conversation_id)

    def test_a_number_in_a_subject_joins_nothing(self, rahima, office):
        first = came_in(office)
        strange = came_in(
            office,
            f"[#{first.conversation_id}] Ticket#1 Rice",
            From="eve@evil.example",
            Message_ID="<eve@evil.example>",
        )
        assert strange.conversation != first.conversation
        assert strange.conversation.details.keys() == {"settled"}  # how its sender was recognised

    def test_a_forged_sender_joins_nothing(self, rahima, office):
        first = came_in(office)
        forged = came_in(
            office, "Re: Rice", References="<rice@example.org>",
            Authentication_Results="mx.example.com; dmarc=fail",
        )  # fmt: skip
        assert forged.conversation != first.conversation

    def test_who_was_copied_takes_part(self, rahima, office):
        first = came_in(office, Cc="Her Boss <boss@example.org>")
        reply = came_in(office, "Re: Rice", From="boss@example.org", In_Reply_To="<rice@example.org>")
        assert reply.conversation == first.conversation

    def test_an_answer_without_references_is_known_by_its_address_or_the_mark_in_its_text(
        self, rahima, office
    ):
        office.has_plus_addresses = True
        office.save()
        first = came_in(office)
        token = reply_address(office, office.address, first.conversation_id)
        assert came_in(office, "By address", To=token).conversation == first.conversation
        mark = reply_mark(office, first.conversation_id)
        by_mark = came_in(office, "By mark", f"Yes.\n> {mark}")
        assert by_mark.conversation == first.conversation
        assert "[bandhu:" not in by_mark.text

        stolen = came_in(office, "Stolen", From="eve@evil.example", To=token)
        assert stolen.conversation != first.conversation
        wrong = token.replace("+", "+aa")
        assert came_in(office, "Wrong", To=wrong).conversation != first.conversation

    def test_a_slow_clock_puts_no_answer_before_its_question(self, rahima, office):
        first = came_in(office)
        long_ago = format_datetime(timezone.now() - timedelta(days=400))
        again = came_in(office, "Re: Rice", In_Reply_To="<rice@example.org>", Date=long_ago)
        assert again.at > first.at and again.pk > first.pk


class TestMachines:
    def test_an_out_of_office_answer_opens_nothing_and_begins_nothing(self, rupa, rahima, office):
        message = came_in(office)
        close_conversation(message.conversation, actor=system_user())
        away = came_in(
            office,
            "Away",
            Message_ID="<away@x>",
            In_Reply_To="<rice@example.org>",
            Auto_Submitted="auto-replied",
        )
        assert away.conversation_id == message.conversation_id
        assert Conversation.objects.get().state == "closed"
        assert came_in(office, "Away from nothing", Auto_Submitted="auto-replied") is None

    def test_our_own_mail_that_comes_round_begins_nothing(self, office):
        assert came_in(office, "Round", From="list@example.net", X_Loop=office.address) is None

    def test_a_report_tells_the_message_delayed_and_then_failed(self, rupa, rahima, office):
        from bandhu.channels.tests.test_receiving import BOUNCE

        answer = answered(came_in(office), rupa)
        mail = left(answer)
        report = BOUNCE.format(address="rahima@example.org", action="delayed", message_id=mail.message_id)
        actions.receive_mail(office, report.replace("<bounce@", "<late@").encode())
        answer.refresh_from_db()
        assert answer.state == "sent" and "Delayed" in answer.trouble
        assert mail.recipients.get().state == "delayed"
        report = BOUNCE.format(address="rahima@example.org", action="failed", message_id=mail.message_id)
        actions.receive_mail(office, report.encode())
        answer.refresh_from_db()
        assert (answer.state, answer.trouble) == ("failed", "550 no such person here")
        assert Conversation.objects.count() == 1

    def test_who_wants_a_receipt_asks_for_one_in_the_mail(self, rupa, rahima, office, smtp_server):
        for details in ({"asks_receipt": True}, {}):
            left(answered(came_in(office), rupa, details=details))
        [asks, does_not] = [sent["Disposition-Notification-To"] for _from, _to, sent in smtp_server.taken]
        assert (asks, does_not) == (office.address, None)

    def test_a_receipt_of_the_recipient_alone_says_read(self, rupa, rahima, office):
        answer = answered(came_in(office), rupa)
        mail = left(answer)
        actions.receive_mail(
            office, RECEIPT.format(sender="eve@evil.example", message_id=mail.message_id).encode()
        )
        answer.refresh_from_db()
        assert answer.state == "sent"
        own = RECEIPT.format(sender="rahima@example.org", message_id=mail.message_id)
        actions.receive_mail(office, own.replace("<seen@", "<seen2@").encode())
        answer.refresh_from_db()
        assert answer.state == "read"
        assert Message.objects.count() == 2


RECEIPT = """From: {sender}
To: office@example.com
Subject: Read: Rice
Message-ID: <seen@example.org>
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b
Content-Type: text/plain

It was read.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; rahima@example.org
Original-Message-ID: {message_id}
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""


class TestAnswering:
    def test_an_answer_leaves_once_with_what_it_answers(self, rupa, rahima, office, smtp_server):
        office.signatures = {"en": "{{sender.name}}\nBandhu Traders", "bn": "বন্ধু"}
        office.has_plus_addresses = True
        office.save()
        answer = answered(came_in(office), rupa)
        store_file(
            record_kind="message", record_id=answer.pk, name="bill.txt", content=[b"12"], created_by=rupa
        )
        mail = left(answer)
        actions.send_queued(mail.pk)
        actions.post_message(answer.pk)
        [(_sender, recipients, sent)] = smtp_server.taken
        assert recipients == ["rahima@example.org"] and answer.state == mail.state == "sent"
        assert (sent["Subject"], sent["In-Reply-To"]) == ("Re: Rice", "<rice@example.org>")
        assert sent["Message-ID"] == mail.message_id == answer.external_id
        assert "+" in sent["Reply-To"]
        text = sent.get_body(("plain",)).get_content()
        assert text.index("They are ready.") < text.index("Rupa") < text.index("> Two hundred sacks")
        assert [one.get_filename() for one in sent.iter_attachments()] == ["bill.txt"]
        assert [one.direction for one in timeline(rupa, rahima).items] == ["out", "in"]
        assert "Two hundred" not in timeline(rupa, rahima).items[0].body

        back = came_in(office, "Re: Rice", In_Reply_To=mail.message_id)
        assert back.conversation == answer.conversation

    def test_taken_back_before_it_leaves_it_is_never_sent(self, rupa, rahima, office, smtp_server):
        answer = answered(came_in(office), rupa, send_at=timezone.now() + timedelta(hours=1))
        mail = Mail.objects.get(inbox_message=answer)
        actions.send_queued(mail.pk)
        assert smtp_server.taken == []
        with pytest.raises(ValidationError, match="in its conversation"):
            actions.take_back(mail, actor=rupa)
        withdraw_message(answer, actor=rupa)
        Mail.objects.filter(pk=mail.pk).update(send_at=timezone.now())
        actions.send_queued(mail.pk)
        assert smtp_server.taken == [] and not Mail.objects.filter(pk=mail.pk).exists()
        assert Interaction.objects.filter(direction="out").count() == 0

    def test_a_killed_worker_loses_nothing_and_sends_nothing_twice(self, rupa, rahima, office, smtp_server):
        answer = answered(came_in(office), rupa)
        mail = Mail.objects.get(inbox_message=answer)
        actions.outbox._taken(mail.pk)  # and then nothing more: killed before the content left
        answer.refresh_from_db()
        assert answer.state == "sending"
        actions.send_queued(mail.pk)
        assert left(answer).state == "sent" and len(smtp_server.taken) == 1

        second = answered(answer, rupa, "One more thing.")
        taken = actions.outbox._taken(Mail.objects.get(inbox_message=second).pk)
        actions.outbox._note_data(taken)  # killed while the server had it
        assert left(second).state == "unknown" and second.state == "unknown"
        assert len(smtp_server.taken) == 1

    def test_what_cannot_leave_says_why(self, rupa, rahima, office):
        message = came_in(office)
        office.is_active = False
        office.save()
        answer = answered(message, rupa)
        assert answer.state == "failed" and "mailbox" in answer.trouble

    def test_it_goes_where_the_answer_is_wanted_and_from_the_alias_written_to(
        self, rupa, office, smtp_server
    ):
        office.aliases = ["Help@Example.com"]
        office.save()
        message = came_in(office, To="help@example.com", Reply_To="desk@example.org")
        left(answered(message, rupa, details={"cc": ["boss@example.org"]}))
        [(_sender, recipients, sent)] = smtp_server.taken
        assert recipients == ["desk@example.org", "boss@example.org"]
        assert "Help@Example.com" in sent["From"]

    def test_the_mails_go_along_when_the_conversation_is_put_to_somebody_else(self, rupa, rahima, office):
        message = came_in(office)
        other = make_contact("Another Rahima", by=rupa)
        file_conversation(message.conversation, actor=rupa, customer=other)
        actions.refile_mails(message.conversation_id)
        assert Mail.objects.get().contact == other

    def test_an_answer_written_elsewhere_stands_in_the_conversation(self, rupa, rahima, office):
        message = came_in(office)
        raw = letter(
            "Re: Rice", "From my telephone.", From=office.address, To="rahima@example.org",
            In_Reply_To="<rice@example.org>",
        ).as_bytes()  # fmt: skip
        mail = actions.receive_mail(office, raw, is_sent=True)
        assert mail.inbox_message.conversation == message.conversation
        said = Message.objects.get(mail=mail)
        assert (said.state, said.direction) == ("sent", "out")
        actions.post_message(mail.inbox_message_id)
        mail.refresh_from_db()
        assert mail.state == "sent"


class TestAcknowledging:
    @pytest.fixture
    def polite(self, office):
        office.acknowledges = True
        office.save()
        return office

    def acknowledged(self, message):
        return actions.acknowledge(UUID(str(message.pk)))

    def test_who_writes_first_is_told_once(self, rahima, polite, smtp_server):
        message = came_in(polite)
        said = self.acknowledged(message)
        assert self.acknowledged(message) == said
        actions.send_queued(said.pk)
        [(_sender, recipients, sent)] = smtp_server.taken
        assert recipients == ["rahima@example.org"]
        assert (sent["Auto-Submitted"], sent["X-Loop"]) == ("auto-replied", polite.address)
        assert sent["In-Reply-To"] == "<rice@example.org>" and "Rice" in sent["Subject"]

    def test_machines_spam_and_the_forged_are_not_answered(self, polite):
        for number, header in enumerate(
            (
                {"Auto_Submitted": "auto-generated"},
                {"Precedence": "bulk"},
                {"X_Spam_Flag": "YES"},
                {"Authentication_Results": "mx; dmarc=fail"},
                {"From": "no-reply@example.net"},
                {"From": polite.address},
            )
        ):
            assert self.acknowledged(came_in(polite, f"Mail {number}", **header)) is None

    def test_nobody_is_answered_without_end(self, rahima, polite):
        said = [self.acknowledged(came_in(polite, f"Mail {number}")) for number in range(5)]
        assert [one is not None for one in said] == [True, True, True, False, False]

    def test_only_where_the_mailbox_wants_it(self, rahima, office):
        assert self.acknowledged(came_in(office)) is None
        assert EventRecord.objects.filter(name="interactions.message_received").count() == 1


def rule_of(message):
    settled = Conversation.objects.get(pk=message.conversation_id).details.get("settled", {})
    return settled.get("by"), settled.get("confidence")


class TestWhoItIs:
    def test_a_correction_by_hand_is_remembered_for_the_next_mail(self, office, rupa, rahima):
        first = came_in(office, From="R. K. <other@example.net>")
        made = Contact.objects.get(mails__key="other@example.net")
        assert (first.conversation.contact, rule_of(first)) == (made, ("new", 0.5))
        file_conversation(first.conversation, actor=rupa, customer=rahima)
        assert rule_of(first) == ("hand", 1.0)
        again = came_in(office, "Sugar", From="R. K. <Other@Example.net>")
        assert again.conversation != first.conversation
        assert (again.conversation.contact, rule_of(again)) == (rahima, ("before", 1.0))
        assert Mail.objects.get(inbox_message=again).contact == rahima
        answer = came_in(
            office, "Re: Sugar", **{"From": "other@example.net", "In-Reply-To": "<sugar@example.org>"}
        )
        assert answer.conversation == again.conversation
        assert Mail.objects.get(inbox_message=answer).contact == rahima, "nor on the other's timeline"

    def test_the_latest_word_of_a_person_counts_and_other_mailboxes_ask_the_book(self, office, rupa, rahima):
        karim = make_contact("Karim", by=rupa, mails=["karim@example.org"])
        talks = [came_in(office, f"Rice {at}", From="karim@example.org").conversation for at in range(2)]
        file_conversation(talks[1], actor=rupa, customer=rahima)
        file_conversation(talks[0], actor=rupa, customer=karim)
        assert came_in(office, "Next", From="karim@example.org").conversation.contact == karim
        file_conversation(talks[1], actor=rupa, customer=rahima)
        assert came_in(office, "Later", From="karim@example.org").conversation.contact == rahima
        delete_contact(rahima, actor=make_user("Boss", role="administrator"))
        assert came_in(office, "Last", From="karim@example.org").conversation.contact == karim

    def test_what_a_rule_said_is_not_held_against_the_book(self, office, rupa, rahima):
        first = came_in(office, From="rahima@example.org")
        assert (first.conversation.contact, rule_of(first)) == (rahima, ("address", 1.0))
        nasrin = make_contact("Nasrin", by=rupa, team=rupa.team)
        EmailAddress.objects.filter(contact=rahima).update(contact=nasrin)
        assert came_in(office, "Sugar", From="rahima@example.org").conversation.contact == nasrin
