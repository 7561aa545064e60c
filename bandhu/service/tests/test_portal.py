"""The customers' own pages: a request sent, read and answered; nobody else's is ever shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.channels.models import Mail
from bandhu.channels.tests.post_office import house_account
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import take_in_message, withdraw_message, write_message, write_note
from bandhu.interactions.models import Conversation, Message
from bandhu.knowledge.models import PortalAccount
from bandhu.knowledge.portal_secrets import COOKIE
from bandhu.knowledge.tests.cast import make_article, signed_in
from bandhu.platform.files import store_file
from bandhu.platform.models import StoredFile
from bandhu.privacy.purposes import ensure_purposes
from bandhu.service import actions, queries
from bandhu.service.models import Ticket, TicketType
from bandhu.service.queries import portal as portal_reading
from bandhu.service.tests.cast import make_agent, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent()


def customer(name: str, by) -> tuple[Client, object]:
    contact = make_contact(name, by=by, mails=[f"{name.lower()}@example.org"])
    secret, _visitor = signed_in(contact)
    client = Client()
    client.cookies[COOKIE] = secret
    return client, contact


def test_a_request_is_sent_read_and_answered(rafiq):
    client, rahima = customer("Rahima", rafiq)
    page = client.get(reverse("service:portal_new")).content.decode()
    assert "Question" in page and "Problem" not in page  # problems are ours, not the customers'
    data = {
        "title": "No sacks",
        "text": "Fifty were promised.",
        "type": TicketType.objects.get(name="Question").pk,
    }
    assert client.post(reverse("service:portal_new"), data | {"text": ""}).status_code == 422
    client.post(reverse("service:portal_new"), data)
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.channel, ticket.title) == (rahima, "portal", "No sacks")
    conversation = Conversation.objects.get()
    answer = write_message(conversation, actor=rafiq, text="They are on their way.")
    write_note(conversation, actor=rafiq, text="The driver slept.")
    actions.show_in_portal(answer.pk)
    answer.refresh_from_db()
    assert answer.state == "sent"
    address = reverse("service:portal_ticket", args=[ticket.pk])
    shown = client.get(address).content.decode()
    assert "They are on their way." in shown and "The driver slept." not in shown
    assert ticket.code in client.get(reverse("knowledge:portal_section", args=["tickets"])).content.decode()
    assert client.post(address, {"text": "<b>Thanks</b>"}).status_code == 302
    assert Message.objects.filter(conversation=conversation, text="<b>Thanks</b>").exists()
    assert "&lt;b&gt;Thanks" in client.get(address).content.decode()


def test_the_year_stands_in_the_digits_of_the_page(rafiq):
    client, rahima = customer("Rahima", rafiq)
    PortalAccount.objects.filter(contact=rahima).update(language="bn")
    with time_machine.travel("2026-11-22", tick=False):
        secret, _visitor = signed_in(rahima)
        client.cookies[COOKIE] = secret
        page = client.get(reverse("service:portal_new")).content.decode()
    assert "© ২০২৬" in page


def test_words_of_colleagues_stay_with_colleagues(rafiq):
    client, rahima = customer("Rahima", rafiq)
    ticket = actions.send_request(rahima.pk, title="No sacks", text="Fifty.")
    actions.solve_ticket(ticket, actor=rafiq, resolution="The driver slept again")
    address = reverse("service:portal_ticket", args=[ticket.pk])
    for page in (address, reverse("knowledge:portal_section", args=["tickets"])):
        shown = client.get(page).content.decode()
        assert "Solved" in shown and "The driver slept again" not in shown
    staff = Client()
    staff.force_login(rafiq)
    assert (
        "Only colleagues read it."
        in staff.get(reverse("service:ticket_solution", args=[ticket.pk])).content.decode()
    )


class TestFiles:
    @pytest.fixture
    def asked(self, rafiq):
        client, _rahima = customer("Rahima", rafiq)
        bill = SimpleUploadedFile("চালান.txt", b"Fifty sacks")
        client.post(
            reverse("service:portal_new"),
            {"title": "No sacks", "text": "See.", "type": question(), "uploads": bill},
        )
        return client, Ticket.objects.get()

    def test_the_customer_reads_what_they_sent_as_an_attachment(self, asked):
        client, ticket = asked
        stored = StoredFile.objects.get(record_kind="message")
        address = reverse("service:portal_file", args=[ticket.pk, stored.pk])
        page = client.get(reverse("service:portal_ticket", args=[ticket.pk])).content.decode()
        assert address in page and "চালান.txt" in page
        answer = client.get(address)
        assert b"".join(answer.streaming_content) == b"Fifty sacks"
        assert answer["Content-Disposition"].startswith("attachment")
        assert (
            "sandbox" in answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"
        )

    def test_markup_is_never_shown_in_the_page(self, asked, rafiq):
        client, ticket = asked
        said = Message.objects.get(direction="in")
        for name, content in (
            ("a.html", b"<script>alert(1)</script>"),
            ("a.svg", b"<svg onload='alert(1)'/>"),
        ):
            stored = store_file(
                record_kind="message", record_id=said.pk, name=name, content=[content], created_by=None
            )
            answer = client.get(reverse("service:portal_file", args=[ticket.pk, stored.pk]) + "?inline")
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["Content-Type"].split(";")[0] not in ("text/html", "image/svg+xml")

    def test_nobody_else_reads_it(self, asked, rafiq):
        _client, ticket = asked
        stored = StoredFile.objects.get(record_kind="message")
        address = reverse("service:portal_file", args=[ticket.pk, stored.pk])
        other, karim = customer("Karim", rafiq)
        theirs = actions.send_request(karim.pk, title="Mine", text="Words")
        assert other.get(address).status_code == 404
        assert other.get(reverse("service:portal_file", args=[theirs.pk, stored.pk])).status_code == 404
        assert Client().get(address).status_code == 302

    def test_files_of_notes_and_of_answers_not_sent_yet_are_not_theirs(self, asked, rafiq):
        client, ticket = asked
        talk = ticket.threads.get().conversation
        for message in (
            write_note(talk, actor=rafiq, text="Ours"),
            write_message(talk, actor=rafiq, text="Wait", send_at=timezone.now() + timedelta(hours=1)),
        ):
            stored = store_file(
                record_kind="message", record_id=message.pk, name="ours.txt", content=[b"x"], created_by=None
            )
            address = reverse("service:portal_file", args=[ticket.pk, stored.pk])
            assert client.get(address).status_code == 404
        page = client.get(reverse("service:portal_ticket", args=[ticket.pk])).content.decode()
        assert "ours.txt" not in page

    def test_an_answer_takes_files_within_the_limits_of_the_house(self, asked):
        client, ticket = asked
        address = reverse("service:portal_ticket", args=[ticket.pk])
        refused = client.post(address, {"text": "Many", "uploads": texts(6)})
        assert refused.status_code == 422 and "too many files" in refused.content.decode()
        program = SimpleUploadedFile("run.exe", b"MZ" + b"\0" * 200)
        assert client.post(address, {"text": "Run", "uploads": program}).status_code == 422
        assert Message.objects.filter(direction="in").count() == 1, "what is refused keeps nothing"
        assert client.post(address, {"text": "Here", "uploads": texts(2)}).status_code == 302
        said = Message.objects.get(text="Here")
        assert StoredFile.objects.filter(record_id=said.pk).count() == 2


def texts(count: int) -> list:
    return [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(count)]


def question():
    return TicketType.objects.get(name="Question").pk


def test_nobody_elses_request_is_shown(rafiq):
    other, _contact = customer("Karim", rafiq)
    ticket = make_ticket("Secret", by=rafiq)
    address = reverse("service:portal_ticket", args=[ticket.pk])
    assert other.get(address).status_code == 404
    assert other.post(address, {"text": "Mine"}).status_code == 404
    assert "Secret" not in other.get(reverse("knowledge:portal_section", args=["tickets"])).content.decode()
    assert Client().get(address).status_code == 302


def test_who_sends_too_much_waits(rafiq):
    _client, rahima = customer("Rahima", rafiq)
    for number in range(10):
        actions.send_request(rahima.pk, title=f"Request {number}", text="Words")
    with pytest.raises(ValidationError):
        actions.send_request(rahima.pk, title="One more", text="Words")
    assert Ticket.objects.count() == 10


def test_a_long_exchange_shows_its_newest_words_with_a_way_to_the_older_ones(rafiq, monkeypatch):
    monkeypatch.setattr(portal_reading, "SHOWN", 3)
    client, rahima = customer("Rahima", rafiq)
    ticket = actions.send_request(rahima.pk, title="No sacks", text="Word 0.")
    talk = Conversation.objects.get()
    first = Message.objects.get()
    old = store_file(record_kind="message", record_id=first.pk, name="a.txt", content=[b"x"], created_by=None)
    for number in range(1, 6):
        take_in_message(talk, text=f"Word {number}.")
    address = reverse("service:portal_ticket", args=[ticket.pk])

    def words(page):
        found = page.content.decode()
        return [number for number in range(6) if f"Word {number}." in found]

    newest = client.get(address)
    assert words(newest) == [3, 4, 5]
    older = client.get(address, {"before": str(newest.context["older"])})
    assert (words(older), older.context["older"]) == ([0, 1, 2], None)
    assert f'href="{address}"' in older.content.decode()
    assert client.get(address, {"before": "1' OR 1"}).status_code == 404
    assert client.get(reverse("service:portal_file", args=[ticket.pk, old.pk])).status_code == 200


class TestMergedIntoAnothers:
    @pytest.fixture
    def merged(self, rafiq):
        """Rahima's request went into Karim's."""
        client, rahima = customer("Rahima", rafiq)
        other, karim = customer("Karim", rafiq)
        hers = actions.send_request(rahima.pk, title="No sacks", text="Fifty.", mail="rahima@example.org")
        his = actions.send_request(karim.pk, title="Karim's secret", text="Karim's words")
        actions.merge_tickets(hers, actor=rafiq, into=his)
        return client, other, hers, his

    def test_they_read_their_own_words_and_nothing_of_the_other(self, merged, rafiq):
        client, other, hers, his = merged
        listed = client.get(reverse("knowledge:portal_section", args=["tickets"])).content.decode()
        assert hers.code in listed and "Karim" not in listed and his.code not in listed
        assert "Received" in listed, "it stands where the one stands that stays"
        shown = client.get(reverse("service:portal_ticket", args=[hers.pk]))
        assert shown.status_code == 200
        assert "Fifty." in shown.content.decode() and "Karim" not in shown.content.decode()
        assert client.get(reverse("service:portal_ticket", args=[his.pk])).status_code == 404
        assert "Fifty." not in other.get(reverse("service:portal_ticket", args=[his.pk])).content.decode()
        assert other.get(reverse("service:portal_ticket", args=[hers.pk])).status_code == 404

    def test_they_write_on_and_it_reaches_the_ticket_that_stays(self, merged, rafiq):
        client, _other, hers, his = merged
        address = reverse("service:portal_ticket", args=[hers.pk])
        assert client.post(address, {"text": "Still nothing"}).status_code == 302
        said = Message.objects.get(text="Still nothing")
        assert queries.ticket_id_of(said.conversation_id) == his.pk
        assert Conversation.objects.count() == 2
        assert "Still nothing" in client.get(address).content.decode()
        actions.solve_ticket(his, actor=rafiq, resolution="Sent.")
        assert "Solved" in client.get(address).content.decode()

    def test_what_was_merged_on_is_still_theirs_and_what_comes_back_to_them_is_one(self, merged, rafiq):
        client, _other, hers, his = merged
        again = actions.send_request(hers.contact_id, title="Again", text="Hello?")
        actions.merge_tickets(his, actor=rafiq, into=again)
        shown = client.get(reverse("service:portal_ticket", args=[hers.pk])).content.decode()
        assert "Fifty." in shown and "Hello?" in shown and "Karim" not in shown

    def test_the_letter_of_an_answer_names_their_own_ticket(self, merged, rafiq, smtp_server):
        ensure_purposes()
        house_account(make_user("Admin", role="administrator"), smtp_server, from_name="Padma Traders")
        _client, _other, hers, _his = merged
        talk = Conversation.objects.get(contact=hers.contact_id)
        answer = write_message(talk, actor=rafiq, text="They are on their way.")
        assert actions.show_in_portal(answer.pk)
        mail = Mail.objects.get()
        assert hers.code in mail.subject and "Karim" not in mail.subject + mail.text
        assert reverse("service:portal_ticket", args=[hers.pk]) in mail.text


class TestToldByMail:
    @pytest.fixture
    def office(self, smtp_server):
        ensure_purposes()
        return house_account(make_user("Admin", role="administrator"), smtp_server, from_name="Padma Traders")

    def test_an_answer_is_told_once_in_the_customers_language(self, rafiq, office):
        _client, rahima = customer("Rahima", rafiq)
        PortalAccount.objects.filter(contact=rahima).update(language="bn")
        ticket = actions.send_request(rahima.pk, title="No sacks", text="Fifty.", mail="rahima@example.org")
        answer = write_message(Conversation.objects.get(), actor=rafiq, text="They are on their way.")
        assert actions.show_in_portal(answer.pk)
        assert not actions.show_in_portal(answer.pk), "a job that runs twice tells once"
        mail = Mail.objects.get()
        assert (mail.recipients.get().address, mail.contact) == ("rahima@example.org", rahima)
        assert ticket.code in mail.subject and "অনুরোধ" in mail.subject
        assert "They are on their way." in mail.text
        assert reverse("service:portal_ticket", args=[ticket.pk]) in mail.text

    def test_what_may_still_be_taken_back_is_not_shown(self, rafiq, office):
        client, rahima = customer("Rahima", rafiq)
        ticket = actions.send_request(rahima.pk, title="No sacks", text="Fifty.")
        later = timezone.now() + timedelta(seconds=20)
        answer = write_message(Conversation.objects.get(), actor=rafiq, text="A wrong word", send_at=later)
        assert not actions.show_in_portal(answer.pk)
        address = reverse("service:portal_ticket", args=[ticket.pk])
        assert "A wrong word" not in client.get(address).content.decode()
        withdraw_message(answer, actor=rafiq)
        with time_machine.travel(later + timedelta(seconds=5)):
            assert not actions.show_in_portal(answer.pk)
        assert not Mail.objects.exists()

    def test_without_a_mailbox_or_with_the_letter_out_of_use_it_stands_in_the_portal(self, rafiq):
        client, rahima = customer("Rahima", rafiq)
        ticket = actions.send_request(rahima.pk, title="No sacks", text="Fifty.")
        answer = write_message(Conversation.objects.get(), actor=rafiq, text="On their way")
        assert actions.show_in_portal(answer.pk)
        assert (
            "On their way" in client.get(reverse("service:portal_ticket", args=[ticket.pk])).content.decode()
        )
        assert not Mail.objects.exists()


def test_articles_stand_before_a_request_is_sent(rafiq):
    make_article(make_user("Mina", role="administrator"), "Where are my sacks", audience="customers")
    client, _rahima = customer("Rahima", rafiq)
    given = {"title": "My sacks", "text": "Where are they?"}
    shown = client.post(reverse("service:portal_new"), given)
    assert (shown.status_code, Ticket.objects.count()) == (200, 0)
    assert "Where are my sacks" in shown.content.decode() and "Where are they?" in shown.content.decode()
    client.post(reverse("service:portal_new"), given | {"sure": "1"})
    assert Ticket.objects.get().title == "My sacks"


def test_lines_and_links_show_and_what_we_formatted_too_but_no_html_of_theirs(rafiq):
    client, contact = customer("Ann", rafiq)
    ticket = actions.send_request(
        contact.pk,
        title="Sacks",
        text="First line\nhttps://mills.example/order?a=1\n<script>alert(1)</script>",
    )
    talk = ticket.threads.get().conversation
    write_message(
        talk, actor=rafiq, text="Bold", html="<p><b>Bold</b></p><ul><li>One</li></ul><script>x</script>"
    )
    Message.objects.filter(direction="out").update(state="sent")
    page = client.get(reverse("service:portal_ticket", args=[ticket.pk])).content.decode()
    assert "First line<br>" in page and 'href="https://mills.example/order?a=1"' in page
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert "<b>Bold</b>" in page and "<li>One</li>" in page and "<script>x" not in page
    Message.objects.filter(direction="in").update(html="<b>Theirs</b>")
    assert (
        "<b>Theirs</b>" not in client.get(reverse("service:portal_ticket", args=[ticket.pk])).content.decode()
    )
