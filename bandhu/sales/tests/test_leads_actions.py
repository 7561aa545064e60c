"""Leads: who they belong to, who gets them, what becomes of them."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.channels.actions import write_mail
from bandhu.channels.tests.post_office import house_account, smtp_server  # noqa: F401
from bandhu.customers.actions import create_contact
from bandhu.customers.models import Contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.interactions.actions import log_interaction
from bandhu.interactions.events import InteractionLogged
from bandhu.interactions.models import Interaction
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.listing import listing_for
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.queries import search
from bandhu.sales import actions, queries
from bandhu.sales.lead_figures import lead_figures
from bandhu.sales.models import (
    Absence,
    AssignmentRule,
    Lead,
    LeadReason,
    LeadSource,
    ScoreRule,
    Seat,
    StatusChange,
    Way,
)
from bandhu.sales.personal import forget_leads
from bandhu.sales.subscribers import (
    answers_somebody,
    is_answer,
    is_word_of_customer,
    note_customers_mail,
    note_customers_word,
    note_first_answer,
)
from bandhu.sales.tests.cast import make_lead, make_seller

pytestmark = pytest.mark.django_db
ANIKA = {"full_name": "Anika Rahman", "mail": "anika@example.org", "phone": "01712345678"}


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa", team=make_team("Dhaka"))


def test_a_new_person_becomes_a_contact_and_the_enquiry_stands_on_their_timeline(rupa):
    lead = make_lead(by=rupa, person=ANIKA, message="Two hundred sacks?")
    assert (lead.contact.full_name, lead.status, lead.contact.primary_mail) == (
        "Anika Rahman",
        "new",
        "anika@example.org",
    )
    entry = Interaction.objects.get(contact=lead.contact, kind="lead_received")
    assert (entry.body, entry.direction) == ("Two hundred sacks?", "in")
    assert EventRecord.objects.get(name="sales.lead_received").payload["lead_id"] == str(lead.pk)


def test_the_same_mail_or_number_is_never_a_second_copy(rupa):
    known = create_contact(
        actor=rupa, full_name="Anika Rahman", mails=["Anika@Example.org"], phones=["+8801712345678"]
    )
    by_mail = make_lead(by=rupa, person={"full_name": "anika rahman", "mail": "anika@example.org"})
    by_phone = make_lead(by=rupa, person={"full_name": "Anika", "phone": "01712-345678"})
    assert [by_mail.contact, by_phone.contact] == [known, known]
    assert Contact.objects.count() == 1


def test_what_a_stranger_writes_changes_nothing_of_the_contact(rupa):
    known = create_contact(actor=rupa, full_name="Anika Rahman", mails=["anika@example.org"])
    make_lead(by=rupa, person=ANIKA)
    known.refresh_from_db()
    assert (known.version, known.phones.count()) == (1, 0)


def test_nobody_at_all_is_refused_and_a_number_that_is_none(rupa):
    with pytest.raises(ValidationError) as nobody:
        make_lead(by=rupa, person={})
    with pytest.raises(ValidationError) as odd:
        make_lead(by=rupa, person={"full_name": "Anika", "phone": "12"})
    assert (list(nobody.value.message_dict), list(odd.value.message_dict)) == (["full_name"], ["phone"])
    assert not Lead.objects.exists()
    assert not Contact.objects.exists()


@time_machine.travel("2026-11-22T08:00:00Z", tick=False)
def test_the_clock_of_the_source_runs_until_somebody_answers(rupa):
    """On a Sunday, a working day in Dhaka: from nine to the beginning of lunch."""
    source = LeadSource.objects.get(name="Website")
    lead = make_lead(by=rupa, source=source, received_at=timezone.now() - timedelta(hours=5))
    assert lead.response_due_at - lead.received_at == timedelta(hours=4)
    assert lead.is_late
    worked = actions.work_on_lead(lead, actor=rupa)
    assert (worked.status, worked.owner, worked.is_late) == ("working", rupa, False)
    assert [one.to_status for one in StatusChange.objects.order_by("at", "pk")] == ["new", "working"]


def test_conversion_keeps_what_is_known_and_happens_once(rupa):
    lead = make_lead(
        by=rupa, title="Rice", source=LeadSource.objects.get(name="Website"), message="Soon", tags=["vip"]
    )
    made = actions.convert_lead(lead, actor=rupa)
    again = actions.convert_lead(lead, actor=rupa)
    lead.refresh_from_db()
    assert made == again == lead.opportunity
    assert (made.name, made.contact, made.source, made.note, made.owner) == (
        "Rice",
        lead.contact,
        "Website",
        "Soon",
        rupa,
    )
    assert [tag.name for tag in made.tags.all()] == ["vip"]
    assert lead.status == "qualified"
    with pytest.raises(ValidationError):
        actions.reopen_lead(lead, actor=rupa)


def test_closing_asks_for_a_reason_and_a_closed_one_opens_again(rupa):
    lead = make_lead(by=rupa)
    with pytest.raises(ValidationError) as unsaid:
        actions.close_lead(lead, actor=rupa)
    assert list(unsaid.value.message_dict) == ["reason"]
    closed = actions.close_lead(lead, actor=rupa, reason=LeadReason.objects.get(name="Spam"), note="Robots")
    assert (closed.status, closed.close_note) == ("closed", "Robots")
    with pytest.raises(ValidationError):
        actions.convert_lead(lead, actor=rupa)
    opened = actions.reopen_lead(lead, actor=rupa)
    assert (opened.status, opened.close_reason, opened.closed_at) == ("working", None, None)


def test_keeping_it_warm_owes_somebody_a_follow_up(rupa):
    lead = make_lead(by=rupa, owner=rupa)
    until = timezone.now() + timedelta(days=30)
    step = actions.nurture_lead(lead, actor=rupa, until=until, what="Ask again after the harvest")
    lead.refresh_from_db()
    assert (lead.status, step.owner, step.contact) == ("nurturing", rupa, lead.contact)
    assert lead.nurture_until == timezone.localdate(until)
    with pytest.raises(ValidationError):
        actions.nurture_lead(lead, actor=rupa, until=timezone.now() - timedelta(days=1), what="Too late")


def test_two_people_saving_are_told(rupa):
    lead = make_lead(by=rupa, owner=rupa)
    actions.change_lead(lead, actor=rupa, version=lead.version, title="Rice")
    with pytest.raises(EditConflict) as conflict:
        actions.change_lead(lead, actor=rupa, version=lead.version, title="Tea")
    assert conflict.value.theirs["title"] == "Rice"


def test_reach_and_verbs(rupa):
    lead = make_lead(by=rupa, owner=rupa)
    stranger = make_seller("Arjun", role="sales", team=make_team("Chennai"))
    reader = make_seller("Emma", role="read_only")
    with pytest.raises(OutOfReach):
        actions.change_lead(lead, actor=stranger, title="Mine")
    with pytest.raises(Denied):
        actions.change_lead(lead, actor=reader, title="Mine")


def test_into_the_bin_and_back_with_the_trail(rupa):
    lead = make_lead(by=rupa, owner=rupa)
    actions.delete_lead(lead, actor=rupa)
    assert not Lead.objects.visible_to(rupa).exists()
    actions.restore_lead(lead, actor=rupa)
    verbs = AuditEntry.objects.filter(record_kind="lead").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["created", "deleted", "restored"]


def test_in_turn_without_those_who_are_away(rupa):
    arjun, emma = (make_seller(name, role="sales", team=rupa.team) for name in ("Arjun", "Emma"))
    rule = AssignmentRule.objects.create(name="All")
    for user in (rupa, arjun, emma):
        Seat.objects.create(rule=rule, user=user)
    today = timezone.localdate()
    Absence.objects.create(user=arjun, first_day=today, last_day=today)
    owners = [make_lead(f"Lead {n}", by=rupa).owner for n in range(4)]
    assert owners == [rupa, emma, rupa, emma]


def test_the_first_rule_that_fits_decides_and_capacity_passes_on(rupa):
    arjun = make_seller("Arjun", role="sales", team=make_team("Chennai"))
    tamil = {"all": [{"field": "language", "op": "in", "value": ["ta"]}]}
    first = AssignmentRule.objects.create(name="Tamil", conditions=tamil, way=Way.LEAST_LOADED, position=0)
    Seat.objects.create(rule=first, user=arjun, capacity=1)
    AssignmentRule.objects.create(name="Rest", way=Way.TEAM, team=rupa.team, position=1)
    leads = [make_lead(f"Lead {n}", by=rupa, language=code) for n, code in enumerate(("ta", "ta", "bn"))]
    assert [lead.owner for lead in leads] == [arjun, None, None]
    assert [str(lead.team) for lead in leads] == ["Chennai", "Dhaka", "Dhaka"]
    told = EventRecord.objects.filter(name="sales.lead_assigned").order_by("pk").first()
    assert told.payload["rule"] == "Tamil"


def test_a_rule_whose_field_is_gone_loses_no_enquiry(rupa):
    gone = {"all": [{"field": "custom.gone", "op": "filled"}]}
    rule = AssignmentRule.objects.create(name="Old", conditions=gone)
    Seat.objects.create(rule=rule, user=rupa)
    ScoreRule.objects.create(name="Old", points=5, conditions=gone)
    lead = make_lead(by=rupa)
    assert (lead.owner, lead.score) == (None, 0)


def test_scores_come_with_their_reasons(rupa):
    ScoreRule.objects.create(
        name="From the website",
        points=20,
        conditions={"all": [{"field": "campaign", "op": "is", "value": "spring"}]},
    )
    ScoreRule.objects.create(
        name="Says nothing", points=-5, conditions={"all": [{"field": "message", "op": "empty"}]}
    )
    lead = make_lead(by=rupa, campaign="spring", owner=rupa)
    assert (lead.score, [one["points"] for one in lead.score_reasons]) == (15, [20, -5])
    changed = actions.change_lead(lead, actor=rupa, message="Two hundred sacks")
    assert changed.score == 20


def test_what_goes_out_to_the_contact_answers_the_lead(rupa):
    lead = make_lead(by=rupa, owner=rupa)
    assert _answered_by(lead, rupa, kind="note") is None
    assert _answered_by(lead, rupa, kind="call", direction="in") is None
    answer = _answered_by(lead, rupa, kind="call", direction="out")
    assert answer == Interaction.objects.get(direction="out").occurred_at


def test_the_clock_runs_anew_when_the_customer_writes_again(rupa):
    """Two business hours for each answer. A Sunday in Dhaka: answered at ten, written again at eleven, answered at four."""
    source = LeadSource.objects.get(name="Website")
    actions.set_lead_source(
        source, actor=make_user("Boss", role="administrator"), name="Website", respond_within_hours=2
    )
    with time_machine.travel(_dhaka(9, 30), tick=False):
        lead = make_lead(by=rupa, owner=rupa, source=LeadSource.objects.get(pk=source.pk))
    with time_machine.travel(_dhaka(10), tick=False):
        _told(lead, rupa, kind="call", direction="out")
    with time_machine.travel(_dhaka(11), tick=False):
        _told(lead, rupa, kind="chat", direction="in")
        assert (lead.waits_since, lead.response_due_at) == (_dhaka(11), _dhaka(13))
        assert not lead.is_late and list(queries.leads_that_wait(rupa)) == [lead]
    with time_machine.travel(_dhaka(12), tick=False):
        _told(lead, rupa, kind="chat", direction="in")
        assert lead.response_due_at == _dhaka(13)  # they wait since eleven, however often they ask
    with time_machine.travel(_dhaka(14), tick=False):
        assert lead.is_late
        assert [figure.value for figure in lead_figures(rupa)] == [0, 1]
    with time_machine.travel(_dhaka(16), tick=False):
        _told(lead, rupa, kind="call", direction="out")
        assert (lead.waits_since, lead.is_late, lead.first_response_at) == (None, False, _dhaka(10))
        assert not queries.leads_that_wait(rupa).exists()


def test_a_mail_starts_the_clock_and_a_machine_does_not(rupa):
    lead = make_lead(by=rupa, owner=rupa)
    _told(lead, rupa, kind="call", direction="out")
    _told(lead, rupa, kind="mail", direction="in")  # told of by the mail itself, below
    assert lead.waits_since is None
    facts = {"contact_id": str(lead.contact_id), "is_automatic": True}
    assert not is_answer(SimpleNamespace(**facts)) and is_answer(
        SimpleNamespace(**facts | {"is_automatic": False})
    )
    note_customers_mail(SimpleNamespace(**facts), SimpleNamespace(occurred_at=timezone.now()))
    lead.refresh_from_db()
    assert lead.waits_since is not None


def test_letters_of_programs_answer_nobody(rupa, smtp_server):  # noqa: F811
    account = house_account(make_user("Boss", role="administrator"), smtp_server)
    lead = make_lead(by=rupa, owner=rupa, person=ANIKA)

    def writes(actor, **values):
        write_mail(
            lead.contact, actor=actor, account=account, to=["anika@example.org"], subject="Rice", body="Prices", **values
        )  # fmt: skip
        return _answered_by_last(lead)

    assert writes(system_user(), is_automatic=True) is None  # a confirmation of a booking
    assert writes(rupa, is_automatic=True) is None  # a demand somebody set off
    assert _answered_by(lead, system_user(), kind="message", direction="out") is None
    assert writes(rupa) is not None


def test_what_was_said_before_the_answer_is_answered_by_it(rupa):
    lead = make_lead(by=rupa, owner=rupa)
    said = timezone.now()
    _told(lead, rupa, kind="call", direction="out")
    assert actions.note_word(lead.contact_id, said) == 0
    actions.close_lead(lead, actor=rupa, reason=LeadReason.objects.first())
    assert actions.note_word(lead.contact_id, timezone.now()) == 0


def _dhaka(hour, minute=0):
    """On a Sunday on which the house works."""
    return datetime(2026, 11, 15, hour, minute, tzinfo=ZoneInfo("Asia/Dhaka"))


def _told(lead, actor, **logged):
    log_interaction(lead.contact, actor=actor, **logged)
    told = EventRecord.objects.filter(name="interactions.interaction_logged").latest("pk")
    event = InteractionLogged(**told.payload)
    if answers_somebody(event):
        note_first_answer(event, told)
    if is_word_of_customer(event):
        note_customers_word(event, told)
    lead.refresh_from_db()


def _answered_by(lead, actor, **logged):
    """When the lead was answered, after this was logged and told to whoever listens."""
    log_interaction(lead.contact, actor=actor, **logged)
    return _answered_by_last(lead)


def _answered_by_last(lead):
    told = EventRecord.objects.filter(name="interactions.interaction_logged").latest("pk")
    event = InteractionLogged(**told.payload)
    if answers_somebody(event):
        note_first_answer(event, told)
    lead.refresh_from_db()
    return lead.first_response_at


def test_who_sees_the_lead_but_not_its_customer_learns_nothing_of_them(rupa):
    lead = make_lead("Rice", by=rupa, owner=rupa, person={"full_name": "Zqarima Begum"})
    reader = make_user("Kamal", team=rupa.team)
    grant(reader, "sales.view_lead")
    listing = listing_for(reader, "lead", {})
    assert [one.title for one in listing.page().items] == ["Rice"]
    assert "contact" not in {field.name for field in listing.columns}
    assert search(reader, "Zqarima") == []
    assert queries.lead_card(reader, lead.pk).contact is None


def test_a_forgotten_person_leaves_no_word(rupa):
    lead = make_lead("Rice", by=rupa, owner=rupa, message="I am ill", referrer="https://forum.example/me")
    forget_leads(lead.contact_id)
    lead.refresh_from_db()
    assert (lead.contact, lead.message, lead.referrer, lead.title) == (None, "", "", "–")
    assert str(lead.source or "") == ""
