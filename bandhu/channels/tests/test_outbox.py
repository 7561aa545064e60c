"""The outbox against a real SMTP server: sent once, again when it is worth it, and honest when nobody knows."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bandhu.channels import actions
from bandhu.channels.actions.outbox import LOST_AFTER, PAUSES
from bandhu.channels.models import BadAddress, Mail, MailRecipient
from bandhu.channels.tests.post_office import own_account
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.queries import timeline
from bandhu.platform.models import Notification
from bandhu.privacy.actions import give_consent
from bandhu.privacy.purposes import Purpose, ensure_purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa", role="manager", team=make_team("Dhaka"))


@pytest.fixture
def rahima(rupa):
    return make_contact("Rahima Khatun", by=rupa, mails=["rahima@example.org"])


def written(rahima, by, account, **values):
    usual = {"to": ["rahima@example.org"], "subject": "Your rice", "body": "It is ready.\n\nRupa"}
    mail = actions.write_mail(rahima, actor=by, account=account, **(usual | values))
    Mail.objects.filter(pk=mail.pk).update(send_at=timezone.now())
    return mail


def test_a_mail_is_on_the_timeline_at_once_and_arrives_when_its_time_comes(rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server, from_name="Rupa of Bandhu Traders")
    mail = actions.write_mail(
        rahima, actor=rupa, account=account, to=["Rahima Khatun <rahima@example.org>"], bcc=["boss@example.com"],
        subject="আপনার চাল", body="It is ready.", uploads=[("চালান.txt", [b"200 sacks"])],
    )  # fmt: skip
    entry = timeline(rupa, rahima).items[0]
    assert (entry.subject, entry.direction, entry.kind) == ("আপনার চাল", "out", "mail")
    actions.send_queued(mail.pk)
    assert smtp_server.taken == []  # ten seconds to think better of it

    Mail.objects.filter(pk=mail.pk).update(send_at=timezone.now())
    actions.send_queued(mail.pk)
    actions.send_queued(mail.pk)
    mail.refresh_from_db()
    [(sender, recipients, message)] = smtp_server.taken
    assert mail.state == "sent" and sender == "rupa@example.com"
    assert recipients == ["rahima@example.org", "boss@example.com"]
    assert message["Subject"] == "আপনার চাল" and message["Message-ID"] == mail.message_id
    assert str(message["From"]) == "Rupa of Bandhu Traders <rupa@example.com>" and message["Bcc"] is None
    [file] = list(message.iter_attachments())
    assert file.get_filename() == "চালান.txt" and file.get_content().strip() == "200 sacks"


def test_what_is_rolled_back_is_never_sent(rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    with pytest.raises(RuntimeError), transaction.atomic():
        written(rahima, rupa, account)
        raise RuntimeError
    assert not Mail.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="channels.send_mail").exists()


def test_a_refusal_for_now_is_tried_again_for_that_recipient_alone(rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    smtp_server.refusals["cousin@example.org"] = "451 greylisted, come back"
    mail = written(rahima, rupa, account, cc=["cousin@example.org"])
    actions.send_queued(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "queued" and "greylisted" in mail.answer
    assert mail.send_at - timezone.now() > PAUSES[0] - timedelta(seconds=5)

    smtp_server.refusals.clear()
    Mail.objects.filter(pk=mail.pk).update(send_at=timezone.now())
    actions.send_queued(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "sent"
    assert [recipients for _sender, recipients, _message in smtp_server.taken] == [
        ["rahima@example.org"],
        ["cousin@example.org"],
    ]


def test_a_refusal_for_good_is_said_to_who_wrote(rupa, rahima, smtp_server):
    smtp_server.refusals["rahima@example.org"] = "550 no such person"
    mail = written(rahima, rupa, own_account(rupa, smtp_server))
    actions.send_queued(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "failed" and "no such person" in mail.answer
    assert Notification.objects.get(user=rupa).values == {"subject": "Your rice"}


def test_a_connection_that_breaks_after_the_content_leaves_nobody_knowing(rupa, rahima, smtp_server):
    smtp_server.after_content = "break off"
    mail = written(rahima, rupa, own_account(rupa, smtp_server))
    actions.send_queued(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "unknown"
    actions.send_queued(mail.pk)  # the job again: never silently twice
    mail.refresh_from_db()
    assert mail.state == "unknown"

    smtp_server.after_content = None
    actions.send_again(mail, actor=rupa)
    actions.send_queued(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "sent" and len(smtp_server.taken) == 1


@pytest.mark.parametrize(("had_left", "state"), [(False, "queued"), (True, "unknown")])
def test_a_worker_killed_while_sending(rupa, rahima, smtp_server, had_left, state):
    mail = written(rahima, rupa, own_account(rupa, smtp_server))
    began = timezone.now() - LOST_AFTER - timedelta(minutes=1)
    Mail.objects.filter(pk=mail.pk).update(
        state="sending", attempts=1, sent_at=began, data_at=began if had_left else None
    )
    assert actions.settle_lost() == 1
    mail.refresh_from_db()
    assert mail.state == state
    assert smtp_server.taken == []


def test_a_server_that_is_down_is_tried_until_the_pauses_end(rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    smtp_server.stop()
    mail = written(rahima, rupa, account)
    for _attempt in range(len(PAUSES) + 1):
        Mail.objects.filter(pk=mail.pk).update(send_at=timezone.now())
        actions.send_queued(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "failed" and "refuses the connection" in mail.answer


def test_who_did_not_agree_gets_no_advertising(rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    with pytest.raises(ValidationError, match="has not agreed"):
        written(rahima, rupa, account, purpose="marketing")
    give_consent(rahima, actor=rupa, purpose=Purpose.objects.get(key="marketing"), method="said")
    assert written(rahima, rupa, account, purpose="marketing").state == "queued"


def test_an_address_that_came_back_is_refused_until_it_is_trusted_again(rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    BadAddress.objects.create(key="rahima@example.org", reason="550 unknown")
    with pytest.raises(ValidationError, match="came back"):
        written(rahima, rupa, account)
    actions.trust_addresses(rahima, actor=rupa)
    assert written(rahima, rupa, account).state == "queued"


def test_taken_back_within_ten_seconds(rupa, rahima, smtp_server):
    mail = written(rahima, rupa, own_account(rupa, smtp_server))
    actions.take_back(mail, actor=rupa)
    actions.send_queued(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "draft" and smtp_server.taken == []
    assert timeline(rupa, rahima).items == []


def test_headers_cannot_be_smuggled_in(rupa, rahima, smtp_server):
    mail = written(rahima, rupa, own_account(rupa, smtp_server), subject="Rice\r\nBcc: all@example.net")
    actions.send_queued(mail.pk)
    [(_sender, recipients, message)] = smtp_server.taken
    assert message["Bcc"] is None and recipients == ["rahima@example.org"]


def test_recipients_are_checked(rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    for values, field in [
        ({"to": []}, "to"),
        ({"to": ["nobody"]}, "to"),
        ({"cc": ["x@y"]}, "cc"),
        ({"body": "  "}, "body"),
        ({"to": [f"p{number}@example.org" for number in range(51)]}, "to"),
    ]:
        with pytest.raises(ValidationError) as problem:
            written(rahima, rupa, account, **values)
        assert field in problem.value.message_dict
    assert not MailRecipient.objects.exists()
