"""Asked rarely, answered in one click, told where it belongs."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.channels.models import Mail, MailAccount
from bandhu.customers.models import Contact, Lifecycle
from bandhu.customers.tests.cast import make_contact
from bandhu.feedback import actions, queries
from bandhu.feedback.models import Asking, AskingState, Occasion
from bandhu.feedback.public_address import token_of
from bandhu.feedback.subscribers import ask_after_a_conversation, ask_after_a_ticket
from bandhu.identity.results import OutOfReach
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions import actions as talks
from bandhu.interactions.models import Conversation, FollowUp, Interaction, Message
from bandhu.platform.events import event_classes
from bandhu.platform.ids import new_id
from bandhu.platform.models import EventRecord, Notification, Setting
from bandhu.service.actions import make_ticket_of, solve_ticket
from bandhu.service.models import Ticket, TicketConversation
from bandhu.service.subscribers import note_answer
from bandhu.service.tests.cast import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user("Boss", role="administrator")


@pytest.fixture
def house():
    return MailAccount.objects.create(
        name="House", address="help@example.com", key="help@example.com", smtp_host="127.0.0.1"
    )


@pytest.fixture
def contact(boss):
    return make_contact("রহিমা খাতুন", by=boss, mails=["rahima@example.com"], language="bn")


def survey(boss, **values):
    return actions.save_survey(actor=boss, **{"name": "After help", "delay_minutes": 0, **values})


def ask(contact, agent=None, **more):
    facts = {"agent": agent, "channel": "mail", **more}
    return actions.ask_about(Occasion.CONVERSATION, ("conversation", closed(contact).pk), contact, **facts)


def closed(contact, channel="mail"):
    now = timezone.now()
    return Conversation.objects.create(
        channel=channel, contact=contact, state="closed", last_message_at=now, created_at=now
    )


def told(name, subscriber):
    for record in EventRecord.objects.filter(name=name):
        subscriber(event_classes[name](**record.payload), record)


class TestAsking:
    def test_the_same_thing_is_asked_about_once(self, boss, contact):
        survey(boss)
        about = ("conversation", new_id())
        for _turn in range(2):
            actions.ask_about(Occasion.CONVERSATION, about, contact, agent=None, channel="mail")
        assert Asking.objects.count() == 1

    def test_whoever_was_asked_rests(self, boss, contact):
        survey(boss, rest_days=30)
        first, second = ask(contact)[0], ask(contact)[0]
        assert (first.state, second.state, second.reason) == ("waiting", "skipped", "resting")

    def test_who_cannot_be_reached_is_not_asked(self, boss):
        survey(boss)
        nobody = make_contact("No Address", by=boss)
        assert ask(nobody)[0].reason == "unreachable"

    def test_a_survey_of_other_channels_keeps_quiet(self, boss, contact):
        survey(boss, channels=["chat"])
        assert ask(contact) == []

    def test_the_sample_is_a_share_and_stays_the_same(self, boss, contact):
        one = survey(boss, sample_percent=30, rest_days=0)
        drawn = [bool(ask(contact)) for _turn in range(300)]
        assert 60 <= sum(drawn) <= 120, "30 % of 300, five deviations wide"
        assert one.askings.count() == sum(drawn)

    def test_a_round_asks_each_customer_once_in_its_days(self, boss, contact):
        survey(boss, kind="nps", occasion="regularly", every_days=90)
        Contact.objects.filter(pk=contact.pk).update(lifecycle=Lifecycle.CUSTOMER)
        assert actions.ask_regularly() == 1
        assert actions.ask_regularly() == 0
        assert actions.ask_regularly(timezone.now() + timedelta(days=91)) == 1

    def test_the_letter_speaks_the_customers_language(self, boss, contact, house):
        survey(boss)
        asking = ask(contact)[0]
        assert actions.send_due() == 1
        mail = Mail.objects.get(contact=contact)
        assert mail.subject == "আমাদের সেবায় আপনি কতটা সন্তুষ্ট?"
        assert token_of(asking) in mail.text
        assert actions.send_due() == 0, "sent twice"

    def test_the_letter_leaves_from_the_mailbox_of_the_talk(self, boss, contact, house):
        survey(boss)
        team = MailAccount.objects.create(
            name="Team", address="dhaka@example.com", key="dhaka@example.com", smtp_host="127.0.0.1", team=make_team()
        )  # fmt: skip
        talk = closed(contact)
        Conversation.objects.filter(pk=talk.pk).update(place=team.pk)
        actions.ask_about(
            Occasion.CONVERSATION, ("conversation", talk.pk), contact, agent=None, channel="mail"
        )
        assert actions.send_due() == 1
        assert Mail.objects.get(contact=contact).account == team

    def test_in_a_chat_the_question_is_said_there(self, boss, contact):
        survey(boss)
        talk = closed(contact, "whatsapp")
        actions.ask_about(
            Occasion.CONVERSATION, ("conversation", talk.pk), contact, agent=None, channel="whatsapp"
        )
        actions.send_due()
        assert "সন্তুষ্ট" in Message.objects.get(conversation=talk).text

    def test_what_anybody_reads_holds_no_link_of_one_person(self, boss, contact, house):
        survey(boss)
        talk, other = closed(contact, "mastodon"), make_contact("Somebody", by=boss)
        asked = [
            actions.ask_about(
                Occasion.CONVERSATION, ("conversation", one.pk), whom, agent=None, channel="mastodon"
            )[0]
            for one, whom in ((talk, contact), (closed(other, "mastodon"), other))
        ]
        assert actions.send_due() == 1
        assert not Message.objects.exists(), "posted for all to read"
        assert token_of(asked[0]) in Mail.objects.get(contact=contact).text
        assert (asked[1].state, asked[1].reason) == ("skipped", "unreachable")

    def test_the_question_in_a_chat_is_no_answer_of_ours_to_the_ticket(self, boss, contact):
        survey(boss)
        talk = talks.start_conversation(actor=boss, channel="whatsapp", customer=contact)
        talks.take_in_message(talk, text="Where is my rice?")
        talks.write_message(talk, actor=boss, text="On its way.")
        ticket = make_ticket_of(talk, actor=boss)
        assert ticket.answers == 1
        talks.close_conversation(talk, actor=boss)
        about = ("conversation", talk.pk)
        actions.ask_about(Occasion.CONVERSATION, about, contact, agent=boss, channel="whatsapp")
        assert actions.send_due() == 1
        asked = EventRecord.objects.filter(name="interactions.message_written").latest("pk")
        assert "সন্তুষ্ট" in Message.objects.get(pk=asked.payload["message_id"]).text
        told("interactions.message_written", note_answer)
        before = ticket.last_answered_at
        ticket.refresh_from_db()
        assert (ticket.answers, ticket.last_answered_at) == (1, before)
        assert not EventRecord.objects.filter(name="service.ticket_answered").exists()
        TicketConversation.objects.filter(conversation=talk).delete()
        assert make_ticket_of(talk, actor=boss).answers == 1, "nor when the ticket is made afterwards"

    def test_without_a_mailbox_it_is_visibly_not_asked(self, boss, contact):
        survey(boss)
        asking = ask(contact)[0]
        actions.send_due()
        asking.refresh_from_db()
        assert (asking.state, asking.reason) == ("skipped", "unreachable")

    def test_a_conversation_nobody_answered_is_not_judged(self, boss, contact):
        survey(boss)
        for answered in (False, True):
            talk = talks.start_conversation(actor=boss, channel="mail", customer=contact)
            talks.take_in_message(talk, text="Where is my rice?")
            if answered:
                talks.write_message(talk, actor=boss, text="On its way.")
            talks.close_conversation(talk, actor=boss)
        told("interactions.conversation_closed", ask_after_a_conversation)
        assert [one.about_id for one in Asking.objects.all()] == [talk.pk]

    def test_a_ticket_is_asked_about_when_it_is_solved_for_good(self, boss, contact, house):
        survey(boss, occasion="ticket")
        ticket = make_ticket(by=boss, contact=contact)
        solve_ticket(ticket, actor=boss, resolution="Sent again.")
        told("service.ticket_solved", ask_after_a_ticket)
        assert Asking.objects.get().about_id == ticket.pk
        Ticket.objects.filter(pk=ticket.pk).update(stage="open")
        assert actions.send_due() == 0
        assert not Asking.objects.exists(), "asked about what is not at its end"
        Ticket.objects.filter(pk=ticket.pk).update(stage="solved")
        told("service.ticket_solved", ask_after_a_ticket)
        assert actions.send_due() == 1

    def test_a_survey_of_other_languages_keeps_quiet(self, boss, contact):
        survey(boss, languages=["ta", "en"])
        assert ask(contact) == []
        assert len(ask(contact, language="en")) == 1, (
            "what was spoken counts before the contact's usual language"
        )
        survey(boss, name="Bengali", languages=["bn"], rest_days=0)
        Contact.objects.filter(pk=contact.pk).update(language="bn-BD")
        contact.refresh_from_db()
        assert [one.survey.name for one in ask(contact)] == ["Bengali"]

    def test_a_round_keeps_to_its_languages(self, boss, contact):
        survey(boss, kind="nps", occasion="regularly", languages=["ta"])
        Contact.objects.filter(pk=contact.pk).update(lifecycle=Lifecycle.CUSTOMER)
        assert actions.ask_regularly() == 0

    def test_what_is_no_language_is_refused(self, boss):
        with pytest.raises(ValidationError) as refused:
            survey(boss, languages=["zz-nonsense"])
        assert set(refused.value.message_dict) == {"languages"}

    @pytest.mark.parametrize("first", ["ticket", "conversation"])
    def test_a_ticket_and_its_conversations_are_asked_about_once(self, boss, contact, first):
        survey(boss, name="Talks", rest_days=0)
        survey(boss, name="Tickets", occasion="ticket", rest_days=0)
        ticket = make_ticket(by=boss, contact=contact)
        karim = make_contact("Karim", by=boss, mails=["karim@example.com"])
        for who in (contact, karim):
            TicketConversation.objects.create(ticket=ticket, conversation=closed(who))
        about = [("ticket", ticket.pk, contact)]
        about += [
            ("conversation", one.conversation_id, one.conversation.contact) for one in ticket.threads.all()
        ]
        for kind, pk, who in about if first == "ticket" else reversed(about):
            actions.ask_about(Occasion(kind), (kind, pk), who, agent=None, channel="mail")
        asked = Asking.objects.exclude(state="skipped").get()
        assert asked.about_kind == first
        assert set(Asking.objects.filter(state="skipped").values_list("reason", flat=True)) == {"asked"}
        ask(contact)  # another matter
        assert Asking.objects.exclude(state="skipped").count() == 2

    def test_two_at_once_about_one_matter_ask_one_question(self, boss, contact, house):
        """A solved ticket closes its conversation: both are told at once."""
        survey(boss, name="Talks", rest_days=0)
        survey(boss, name="Tickets", occasion="ticket", rest_days=0)
        talk = talks.start_conversation(actor=boss, channel="mail", customer=contact)
        talks.take_in_message(talk, text="Where is my rice?")
        talks.write_message(talk, actor=boss, text="On its way.")
        ticket = make_ticket_of(talk, actor=boss)
        solve_ticket(ticket, actor=boss, resolution="Sent.")
        told("interactions.conversation_closed", ask_after_a_conversation)
        told("service.ticket_solved", ask_after_a_ticket)
        assert Asking.objects.exclude(state="skipped").get().about_id == talk.pk
        assert actions.send_due() == 1


class TestAnswering:
    @pytest.fixture
    def asking(self, boss, contact, house):
        survey(boss, low_at=2)
        found = ask(contact, agent=boss)[0]
        actions.send_due()
        found.refresh_from_db()
        return found

    def test_one_click_answers_and_stands_on_the_timeline(self, asking, client):
        page = client.get(f"/f/{token_of(asking)}/")
        assert page.status_code == 200 and "আমাদের সেবায়" in page.content.decode()
        assert not page.cookies
        assert client.post(f"/f/{token_of(asking)}/", {"score": "5"}).status_code == 302
        asking.refresh_from_db()
        assert (asking.state, asking.score) == ("answered", 5)
        assert Interaction.objects.get(kind="feedback").subject == "After help: 5 / 5"

    def test_reading_the_page_answers_nothing(self, asking, client):
        client.get(f"/f/{token_of(asking)}/?score=1")
        asking.refresh_from_db()
        assert asking.score is None

    def test_it_says_of_whom_it_is_and_about_what(self, asking, client):
        Setting.objects.update_or_create(
            name="knowledge.help_centre", defaults={"value": {"names": {"bn": "পদ্মা চাল"}, "colour": "#8a1c4a"}}
        )
        Conversation.objects.filter(pk=asking.about_id).update(subject="বস্তা আসেনি")
        page = client.get(f"/f/{token_of(asking)}/").content.decode()
        assert "বস্তা আসেনি" in page and "পদ্মা চাল" in page
        sheet = re.search(r'href="(/help/look-[^"]+)"', page)[1]
        assert b"--color-primary:#" in client.get(sheet).content
        other = make_contact("Karim", by=asking.agent)
        Conversation.objects.filter(pk=asking.about_id).update(contact=other)
        assert "বস্তা আসেনি" not in client.get(f"/f/{token_of(asking)}/").content.decode()

    def test_a_change_of_mind_and_a_word_more_are_one_answer(self, asking, client):
        for sent in ({"score": "2"}, {"score": "4"}, {"comment": "Quick <b>help</b>"}):
            client.post(f"/f/{token_of(asking)}/", sent)
        asking.refresh_from_db()
        assert (asking.score, asking.comment) == (4, "Quick <b>help</b>")
        assert Interaction.objects.get(kind="feedback").subject == "After help: 2 → 4 / 5"
        assert "<b>help" not in client.get(f"/f/{token_of(asking)}/").content.decode()

    def test_a_colleague_sees_the_page_and_cannot_answer(self, asking, client, boss):
        client.force_login(boss)
        page = client.get(f"/f/{token_of(asking)}/").content.decode()
        assert "disabled" in page
        assert client.post(f"/f/{token_of(asking)}/", {"score": "5"}).status_code == 403
        asking.refresh_from_db()
        assert asking.score is None

    def test_a_low_score_alerts_once_and_opens_a_follow_up(self, asking, boss):
        for score in (1, 2):
            actions.answer_asking(asking, score=score)
        assert Notification.objects.filter(user=boss, icon="frown").count() == 1
        assert FollowUp.objects.get().owner == boss

    @pytest.mark.parametrize("score", ["0", "6", "-1", "১", "4.5", "", "999999999999"])
    def test_what_is_not_on_the_scale_is_refused(self, asking, client, score):
        assert client.post(f"/f/{token_of(asking)}/", {"score": score}).status_code == 422
        asking.refresh_from_db()
        assert asking.state == AskingState.SENT

    def test_a_forged_address_is_not_there(self, asking, client):
        forged = f"{asking.pk.hex}:{'x' * 43}"
        for token in (forged, "nonsense", token_of(asking)[:-1], asking.pk.hex):
            assert client.get(f"/f/{token}/").status_code == 404

    def test_after_its_time_the_question_is_closed(self, asking, client):
        assert actions.expire_askings(timezone.now() + timedelta(days=31)) == 1
        assert client.post(f"/f/{token_of(asking)}/", {"score": "5"}).status_code == 422


class TestReading:
    def test_figures_count_only_what_is_in_reach(self, boss, contact, house):
        one = survey(boss, rest_days=0)
        dhaka = make_user("Nasrin", role="service", team=make_team("Dhaka"))
        chennai = make_user("Arjun", role="service", team=make_team("Chennai"))
        for agent, score in ((dhaka, 5), (dhaka, 1), (chennai, 4)):
            asking = ask(contact, agent=agent)[0]
            actions.send_due()
            actions.answer_asking(asking, score=score)
        found = {user: queries.results(user)[0].scores for user in (boss, dhaka, chennai)}
        assert found == {boss: {5: 1, 1: 1, 4: 1}, dhaka: {5: 1, 1: 1}, chennai: {4: 1}}
        assert queries.by_week(boss, one)[0][1].answers == 3
        with pytest.raises(OutOfReach):
            queries.asking_for(chennai, Asking.objects.filter(agent=dhaka).first().pk)

    def test_each_number_opens_what_it_counts(self, boss, contact, house, client):
        survey(boss, rest_days=0)
        for score in (5, 4, 3, 1):
            asking = ask(contact, agent=boss)[0]
            actions.send_due()
            actions.answer_asking(asking, score=score)
        client.force_login(boss)
        page = client.get("/feedback/?group=agent").content.decode()
        assert "50%" in page
        for only, number in (("good", 2), ("between", 1), ("bad", 1)):
            address = next(part for part in page.split('"') if f"only={only}" in part).replace("&amp;", "&")
            assert client.get(address).content.decode().count('class="row-link"') == number

    def test_the_scale_stays_once_somebody_was_asked(self, boss, contact):
        one = survey(boss)
        ask(contact)
        with pytest.raises(ValidationError):
            actions.save_survey(one, actor=boss, kind="nps")

    def test_whoever_asks_by_hand_hears_why_not(self, boss, contact, client):
        one = survey(boss)
        actions.ask_contact(contact, actor=boss, survey=one)
        client.force_login(boss)
        answer = client.post(
            f"/contacts/{contact.pk}/feedback/request/", {"ask-survey": str(one.pk)}, follow=True
        )
        assert "asked not long ago" in answer.content.decode()
