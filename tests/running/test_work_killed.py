"""kill -9 of a worker at any point while it fetches or sends: no mail lost, none there twice, none sent twice, none answered twice."""

from collections import Counter
from random import Random

import pytest

from bandhu.channels import actions
from bandhu.channels.models import KeptMail, Mail, MailState, RawNotice
from bandhu.channels.tests.channel_cast import make_channel, told
from bandhu.channels.tests.dovecot import dovecot_server  # noqa: F401
from bandhu.channels.tests.post_office import house_account, letter, smtp_server  # noqa: F401
from bandhu.channels.tests.services import running_services
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import EventRecord
from bandhu.privacy.purposes import ensure_purposes
from tests.journeys.worker import worker  # noqa: F401
from tests.running.killed_work import Killed

pytestmark = pytest.mark.django_db(transaction=True)
MAILS, KILLS, PATIENCE = 40, 25, 120


@pytest.fixture
def admin():
    ensure_purposes()
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def killed():
    """Processes that were begun; they end with the test."""
    begun = []

    def begin(**environment):
        begun.append(Killed(BANDHU_CALL_INSIDE="1", **environment))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()


def killed_again_and_again(process, work, how_far):
    """Attempts that are killed, by turns, as soon as they come a little further than the one before and after a random while, until one
    comes to its end; the while grows with attempts that come to nothing, since machines differ. Returns how far each killed one had come."""
    chance, seen, longest = Random(7), [0], 0.2
    for kill in range(KILLS):
        further = seen[-1] + chance.randint(1, 5)
        is_done = (
            process.attempt(work, chance.uniform(0.01, longest))
            if kill % 2
            else process.attempt(work, PATIENCE, when=lambda: how_far() >= further)  # noqa: B023
        )
        if is_done:
            break
        seen.append(how_far())
        if seen[-1] == seen[-2]:
            longest *= 1.2
    else:
        assert process.attempt(work, PATIENCE)
    return seen[1:]


def test_fetching(admin, dovecot_server, smtp_server, killed, worker):  # noqa: F811
    mails = MAILS * 3  # several batches, so that a kill comes between two
    account = house_account(admin, smtp_server, dovecot_server, acknowledges=True)
    for number in range(mails):
        dovecot_server.put(letter(f"Mail {number}", From=f"Customer <c{number}@example.org>"))
    seen = killed_again_and_again(killed(), "read_mailboxes", Mail.objects.count)
    assert any(0 < here < mails for here in seen), "no kill came while mails came in"
    assert sorted(Mail.objects.values_list("subject", flat=True)) == sorted(
        f"Mail {number}" for number in range(mails)
    )
    assert Message.objects.count() == Conversation.objects.count() == mails
    assert EventRecord.objects.filter(name="channels.mail_received").count() == mails
    assert not KeptMail.objects.exists()
    assert actions.read_account(account.pk) == 0

    worker.work()
    answered = Counter(recipient for _sender, [recipient], _mail in smtp_server.taken)
    assert answered == {f"c{number}@example.org": 1 for number in range(mails)}


def test_sending_mails(admin, smtp_server, killed):  # noqa: F811
    smtp_server.pause = 0.01
    account = house_account(admin, smtp_server)
    for number in range(MAILS):
        asked = actions.receive_mail(
            account, letter(f"Mail {number}", From=f"c{number}@example.org").as_bytes()
        )
        answer = write_message(asked.inbox_message.conversation, actor=admin, text="They are ready.")
        assert actions.post_message(answer.pk)
    rows = Mail.objects.filter(is_incoming=False)
    assert rows.count() == MAILS
    seen = killed_again_and_again(
        killed(), "send_mails", lambda: rows.exclude(state__in=("queued", "sending")).count()
    )
    assert any(0 < gone < MAILS for gone in seen), "no kill came while mails left"
    taken = Counter(mail["Message-ID"] for _sender, _recipients, mail in smtp_server.taken)
    assert max(taken.values()) == 1, "sent twice"
    states = dict(rows.values_list("message_id", "state"))
    assert set(states.values()) <= {MailState.SENT, MailState.UNKNOWN}
    # Whoever is told "sent" has it; of what was in the server's hands at the moment of a kill, nobody says so.
    lost = [one for one, state in states.items() if state == MailState.SENT and not taken[one]]
    assert lost == []
    assert list(states.values()).count(MailState.UNKNOWN) <= len(seen)


@pytest.mark.parametrize(("kind", "ends_unknown"), [("twilio_sms", True), ("webhook", False)])
def test_sending_messages(admin, killed, kind, ends_unknown, monkeypatch):
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    with running_services() as services:
        values = {"url": f"{services.url}/own"} if kind == "webhook" else {}
        channel = make_channel(kind, values=values)
        made = [_asked(channel, number) for number in range(MAILS)]
        written = [write_message(talk, actor=admin, text=f"Answer {at}") for at, talk in enumerate(made)]
        mine = Message.objects.filter(pk__in=[one.pk for one in written])
        mine.update(send_at=None)
        seen = killed_again_and_again(
            killed(SERVICES_URL=services.url),
            "send_messages",
            lambda: mine.exclude(state__in=("queued", "sending")).count(),
        )
        assert any(0 < gone < MAILS for gone in seen), "no kill came while messages left"
        taken = Counter(services.texts())
    assert max(taken.values()) == 1, "sent twice"
    states = dict(mine.values_list("text", "state"))
    assert set(states.values()) <= ({"sent", "unknown"} if ends_unknown else {"sent"})
    assert [text for text, state in states.items() if state == "sent" and not taken[text]] == []
    assert list(states.values()).count("unknown") <= len(seen)


def _asked(channel, number):
    """A conversation of somebody who wrote by this channel."""
    from bandhu.channels.actions.taking import take_said
    from bandhu.channels.adapters.port import Said, Writer

    phone = f"+88017{number:08}"
    return take_said(channel, Said(f"m{number}", Writer(key=phone, address=phone), "?")).conversation


def test_reading_what_services_told(killed):
    channel = make_channel()
    notices = MAILS * 10  # so many that a kill comes between the first and the last, also on a quick machine
    for number in range(notices):
        found = {
            "type": "message",
            "id": f"m{number}",
            "from": {"id": f"p{number % 7}"},
            "text": f"Word {number}",
        }
        assert told(channel, found, f"n{number}").status_code == 200
    seen = killed_again_and_again(killed(), "read_notices", Message.objects.count)
    assert any(0 < here < notices for here in seen), "no kill came while notices were read"
    assert Counter(Message.objects.values_list("text", flat=True)) == {
        f"Word {number}": 1 for number in range(notices)
    }
    assert Conversation.objects.count() == 7
    assert set(RawNotice.objects.values_list("state", flat=True)) == {"taken"}
