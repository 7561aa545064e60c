"""Sequences: letters and tasks one after another on working days, stopped by every reason there is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.channels import actions as channels
from bandhu.channels.events import MailBounced
from bandhu.channels.models import Mail
from bandhu.channels.tests.post_office import house_account, letter, smtp_server  # noqa: F401
from bandhu.customers.actions.merging import merge_records
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import log_interaction, start_conversation, take_in_message
from bandhu.interactions.models import FollowUp
from bandhu.platform.events import deliver, event_classes, publish, subscriptions
from bandhu.platform.models import EventRecord
from bandhu.privacy.actions import give_consent, withdraw_consent
from bandhu.privacy.models import Purpose
from bandhu.privacy.purposes import ensure_purposes
from bandhu.sales import actions
from bandhu.sales.models import Enrolment, Sequence, StepTaken
from bandhu.sales.tests.cast import make_opportunity, stage_named
from bandhu.sales.working_time import after_working_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def account(rupa, smtp_server):  # noqa: F811
    return house_account(rupa, smtp_server)


@pytest.fixture
def rahima(rupa):
    return make_contact("Rahima Khatun", by=rupa, mails=["rahima@example.org"], owner=rupa)


@pytest.fixture
def sequence(rupa, account):
    def written(subject: str, body: str, purpose: str = "service"):
        texts = {"en": {"subject": subject, "body": body}}
        return channels.set_template(None, actor=rupa, name=subject, texts=texts, purpose=purpose)

    steps = [
        {"template": written("First", "Dear {{contact.full_name}}")},
        {"wait_days": 2, "task": "Call them"},
        {"wait_days": 1, "template": written("Second", "Still there?")},
    ]
    return actions.set_sequence(None, actor=rupa, name="Follow up", steps=steps)


def go_on(enrolment, steps: int = 1) -> Enrolment:
    """Let the time of each step come."""
    for _step in range(steps):
        Enrolment.objects.filter(pk=enrolment.pk, state="running").update(next_at=timezone.now())
        actions.run_due_steps()
    enrolment.refresh_from_db()
    return enrolment


def hear(name: str) -> None:
    for record in EventRecord.objects.filter(name=name):
        event = event_classes[name](**record.payload)
        for one in subscriptions(name):
            if one.path.startswith("bandhu.sales.") and (one.wanted is None or one.wanted(event)):
                deliver(record.pk, one.path)


def test_every_step_is_taken_once_in_its_turn(rupa, rahima, sequence):
    enrolment = actions.enrol_contact(rahima, actor=rupa, sequence=sequence)
    assert go_on(enrolment).position == 1
    assert enrolment.next_at > timezone.now() + timedelta(days=1)
    actions.run_due_steps()
    assert StepTaken.objects.count() == 1
    go_on(enrolment, steps=2)
    first, second = Mail.objects.order_by("pk")
    assert (first.subject, first.text) == ("First", "Dear Rahima Khatun")
    assert second.thread_id == first.thread_id and second.references == [first.message_id]
    assert FollowUp.objects.get().what == "Call them"
    assert enrolment.state == "finished" and enrolment.next_at is None


def given(sequence) -> list[dict]:
    """Its steps as `set_sequence` takes them."""
    return [
        {"wait_days": one.wait_days, "template": one.template, "task": one.task}
        for one in sequence.steps.all()
    ]


def change(sequence, rupa, steps) -> None:
    actions.set_sequence(sequence, actor=rupa, name=sequence.name, steps=steps)


def done_for(enrolment) -> list[str]:
    return [one.mail.subject if one.mail else one.follow_up.what for one in enrolment.taken.all()]


CARD = {"task": "Write a card"}
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("changed", "done"),
    [
        (lambda a, b, c: [CARD, a, b, c], ["First", "Call them", "Second"]),
        (lambda a, b, c: [a, CARD, b, c], ["First", "Write a card", "Call them", "Second"]),
        (lambda a, b, c: [b, c], ["First", "Call them", "Second"]),
        (lambda a, b, c: [a, c], ["First", "Second"]),
        (lambda a, b, c: [CARD, b, c], ["First", "Call them", "Second"]),
        (lambda a, b, c: [b, a, c], ["First", "Second"]),
        (lambda a, b, c: [a], ["First"]),
        (lambda a, b, c: [a, a, c], ["First", "First", "Second"]),
    ],
    ids=[
        "before",
        "between",
        "taken out",
        "next out",
        "written anew",
        "moved",
        "nothing left",
        "wanted twice",
    ],
)
def test_steps_changed_under_way_are_neither_repeated_nor_lost(rupa, rahima, sequence, changed, done):
    enrolment = go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence))
    change(sequence, rupa, changed(*given(sequence)))
    go_on(enrolment, steps=5)
    assert done_for(enrolment) == done
    assert enrolment.state == "finished"


def test_a_sequence_that_became_shorter_tells_what_was_done(rupa, rahima, sequence):
    go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence), steps=2)
    change(sequence, rupa, [CARD])
    client = Client()
    client.force_login(rupa)
    shown = client.get(reverse("sales:sequence", args=[sequence.pk])).content.decode()
    assert '<td data-head="Steps done">2</td>' in shown
    assert Enrolment.objects.get().position == 1


def test_who_begins_later_gets_all_of_the_new_steps(rupa, rahima, sequence):
    change(sequence, rupa, [CARD, *given(sequence)])
    enrolment = go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence), steps=5)
    assert done_for(enrolment) == ["Write a card", "First", "Call them", "Second"]


def test_an_answer_stops_it_and_an_automatic_one_does_not(rupa, rahima, account, sequence):
    enrolment = go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence))
    sent = Mail.objects.get()
    channels.receive_mail(
        account, letter("Away", In_Reply_To=sent.message_id, Auto_Submitted="auto-replied").as_bytes()
    )
    hear("channels.mail_received")
    assert go_on(enrolment).state == "running"
    channels.receive_mail(account, letter("Re: First", In_Reply_To=sent.message_id).as_bytes())
    hear("channels.mail_received")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.reason) == ("stopped", "answered")
    go_on(enrolment)
    assert Mail.objects.filter(is_incoming=False).count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "call", "direction": "in"},
        {"kind": "chat", "channel": "chat", "direction": "in"},
        {"kind": "booking", "direction": "in"},
    ],
)
def test_a_call_a_chat_and_a_booking_stop_it_too(rupa, rahima, sequence, said):
    enrolment = go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence))
    log_interaction(rahima, actor=rupa, kind="call", direction="out")
    last_week = timezone.now() - timedelta(days=7)
    log_interaction(rahima, actor=rupa, occurred_at=last_week, **said)
    hear("interactions.interaction_logged")
    assert go_on(enrolment).state == "running"
    log_interaction(rahima, actor=rupa, **said)
    hear("interactions.interaction_logged")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.reason) == ("stopped", "answered")


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "chat"])
def test_a_message_stops_it_and_an_automatic_one_does_not(rupa, rahima, sequence, channel):
    enrolment = go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence))
    talk = start_conversation(actor=rupa, channel=channel, customer=rahima)
    take_in_message(talk, text="I am away until Monday.", is_automatic=True)
    hear("interactions.message_received")
    assert go_on(enrolment).state == "running"
    take_in_message(talk, text="Yes, we want them.")
    hear("interactions.message_received")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.reason) == ("stopped", "answered")


def test_what_comes_back_and_what_is_won_stop_it(rupa, rahima, account, sequence):
    enrolment = go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence))
    make_money()
    deal = make_opportunity(by=rupa, contact=rahima)
    actions.move_opportunity(deal, actor=rupa, stage=stage_named("Won"))
    hear("sales.opportunity_won")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.reason) == ("stopped", "won")
    again = go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence))
    sent = Mail.objects.filter(is_incoming=False).latest("pk")
    publish(
        MailBounced(
            mail_id=str(sent.pk), account_id=str(account.pk), contact_id=str(rahima.pk), company_id=None,
            address="rahima@example.org", reason="No such mailbox",
        ),
        actor=rupa,
    )  # fmt: skip
    hear("channels.mail_bounced")
    again.refresh_from_db()
    assert (again.state, again.reason) == ("stopped", "bounced")


def test_who_withdraws_consent_gets_no_more(rupa, rahima, sequence):
    marketing = Purpose.objects.get(key="marketing")
    give_consent(rahima, actor=rupa, purpose=marketing, method="said")
    enrolment = go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence))
    withdraw_consent(rahima, actor=rupa, purpose=marketing, method="said")
    hear("privacy.consent_withdrawn")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.reason) == ("stopped", "opted_out")


def test_what_cannot_be_sent_stops_it_with_the_reason(rupa, rahima, account):
    texts = {"en": {"subject": "News", "body": "Dear {{contact.nickname}}"}}
    template = channels.set_template(None, actor=rupa, name="News", texts=texts)
    sequence = actions.set_sequence(None, actor=rupa, name="News", steps=[{"template": template}])
    enrolment = go_on(actions.enrol_contact(rahima, actor=rupa, sequence=sequence))
    assert (enrolment.state, enrolment.reason) == ("stopped", "trouble")
    assert "Nickname" in enrolment.problem and not Mail.objects.exists()


def test_paused_resumed_taken_out(rupa, rahima, sequence):
    enrolment = actions.enrol_contact(rahima, actor=rupa, sequence=sequence)
    with pytest.raises(ValidationError, match="already"):
        actions.enrol_contact(rahima, actor=rupa, sequence=sequence)
    actions.pause_enrolment(enrolment, actor=rupa)
    assert go_on(enrolment).position == 0
    actions.resume_enrolment(enrolment, actor=rupa)
    assert go_on(enrolment).position == 1
    assert actions.stop_enrolment(enrolment, actor=rupa).reason == "by_hand"
    actions.enrol_contact(rahima, actor=rupa, sequence=sequence)


def test_two_of_one_person_in_one_sequence_are_merged(rupa, rahima, sequence):
    other = make_contact("Rahima K.", by=rupa, mails=["rahima@example.net"])
    for one in (rahima, other):
        actions.enrol_contact(one, actor=rupa, sequence=sequence)
    merge_records(rahima, other, actor=rupa)
    assert sorted(Enrolment.objects.filter(contact=rahima).values_list("state", flat=True)) == [
        "running",
        "stopped",
    ]


@pytest.mark.parametrize(
    ("start", "days", "country", "end"),
    [
        ("2026-11-19 10:00", 1, "BD", "2026-11-22 10:00"),  # Thursday; Friday and Saturday are free
        ("2026-11-20 10:00", 1, "DE", "2026-11-23 10:00"),  # Friday; Saturday and Sunday are free
        ("2026-11-23 20:00", 0, "DE", "2026-11-24 09:00"),
        ("2026-11-23 05:00", 0, "DE", "2026-11-23 09:00"),
        ("2026-11-21 12:00", 0, "DE", "2026-11-23 09:00"),
        ("2026-12-15 10:00", 1, "BD", "2026-12-17 10:00"),  # the sixteenth is a public holiday
        ("2026-12-24 18:00", 0, "DE", "2026-12-28 09:00"),  # two holidays, and a weekend
    ],
)
def test_working_days(start, days, country, end):
    zone = "Asia/Dhaka" if country == "BD" else "Europe/Berlin"
    found = after_working_days(
        datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)), days, country=country, zone=zone
    )
    assert f"{found:%Y-%m-%d %H:%M}" == end


def test_on_a_screen(rupa, rahima, sequence):
    client = Client()
    client.force_login(rupa)
    data = {
        "name": "Thanks",
        "is_active": "on",
        "wait": ["0", "৫"],
        "template": ["", ""],
        "task": ["Write a card", "Call"],
    }
    assert client.post(reverse("sales:sequence_new"), data).status_code == 302
    assert [(step.wait_days, step.task) for step in Sequence.objects.get(name="Thanks").steps.all()] == [
        (0, "Write a card"),
        (5, "Call"),
    ]
    assert client.post(reverse("sales:sequence_new"), {"name": "Nothing"}).status_code == 422
    for wrong in ({"wait": "soon"}, {"template": "none"}, {"wait": "99999"}):
        sent = {"name": "Kept", "wait": "0", "template": "", "task": "Kept as typed"} | wrong
        refused = client.post(reverse("sales:sequence_new"), sent)
        assert refused.status_code == 422 and "Kept as typed" in refused.content.decode()
    further = client.get(reverse("sales:sequence_step"), headers=HTMX).content.decode()
    assert 'name="wait"' in further and sequence.steps.first().template.name in further
    page = reverse("sales:contact_enrolling", args=[rahima.pk])
    assert client.post(page, {"sequence": sequence.pk}, headers=HTMX).status_code == 204
    assert client.post(page, {"sequence": sequence.pk}, headers=HTMX).status_code == 422
    enrolment = Enrolment.objects.get()
    panel = client.get(reverse("sales:contact_enrolments", args=[rahima.pk])).content.decode()
    assert "Follow up" in panel and "Running" in panel
    client.post(reverse("sales:enrolment_pausing", args=[enrolment.pk]))
    detail = client.get(reverse("sales:sequence", args=[sequence.pk])).content.decode()
    assert "Rahima Khatun" in detail and "Paused" in detail
    assert "at once" in detail and "0 of 3" in detail
    assert "Follow up" in client.get(reverse("sales:sequences")).content.decode()


def test_begun_on_a_page_of_its_own(rupa, rahima, sequence):
    client = Client()
    client.force_login(rupa)
    page = reverse("sales:contact_enrolling", args=[rahima.pk])
    shown = client.get(page).content.decode()
    assert "Begin" in shown and "at once" in shown and sequence.steps.first().template.name in shown
    begun = client.post(page, {"sequence": sequence.pk}, follow=True)
    assert begun.redirect_chain[0][0] == reverse("customers:contact", args=[rahima.pk])
    assert "The sequence begins." in begun.content.decode()


def test_without_a_sequence_in_use_the_way_to_one_is_shown(rupa, rahima, sequence):
    client = Client()
    client.force_login(rupa)
    actions.set_sequence(sequence, actor=rupa, name="Follow up", steps=given(sequence), is_active=False)
    shown = client.get(reverse("sales:contact_enrolling", args=[rahima.pk]), headers=HTMX).content.decode()
    assert "No sequence is in use" in shown and reverse("sales:sequence_new") in shown
    assert "<select" not in shown


def test_pages_of_sequences(rupa, rahima, sequence, count_queries):
    for number in range(3):
        one = make_contact(f"Person {number}", by=rupa, mails=[f"p{number}@example.org"])
        go_on(actions.enrol_contact(one, actor=rupa, sequence=sequence))
    client = Client()
    client.force_login(rupa)
    for name, place in (("sequences", []), ("sequence", [sequence.pk]), ("contact_enrolments", [rahima.pk])):
        address = reverse(f"sales:{name}", args=place)
        client.get(address)
        with count_queries(name):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("2026-03-27 10:00", "2026-03-30 10:00", 71), ("2026-10-23 10:00", "2026-10-26 10:00", 73)],
)
def test_working_days_keep_to_the_clock_on_the_wall_when_it_is_changed(start, end, hours):
    berlin = ZoneInfo("Europe/Berlin")
    begun = datetime.fromisoformat(start).replace(tzinfo=berlin)
    found = after_working_days(begun, 1, country="DE", zone="Europe/Berlin")
    assert found.strftime("%Y-%m-%d %H:%M") == end
    assert found.astimezone(UTC) - begun.astimezone(UTC) == timedelta(hours=hours)
