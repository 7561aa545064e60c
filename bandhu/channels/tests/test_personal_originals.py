"""A person is told and forgotten down to the bytes: files of their messages, notices as they came, mails that were kept back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import TestCase

from bandhu.channels.models import KeptMail, MailAccount, RawNotice
from bandhu.channels.tests.channel_cast import make_channel, read_all, texted, told
from bandhu.customers.actions import delete_contact, export_personal_data, purge_contact
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import file_conversation
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.files import store_file
from bandhu.platform.models import StoredFile

pytestmark = pytest.mark.django_db
RAHIMA, KARIM = {"id": "rahima-17", "name": "রহিমা"}, {"id": "karim-4", "name": "Karim"}


@pytest.fixture
def admin():
    return make_user("Admin", role="administrator")


@pytest.fixture
def rahima(admin):
    return make_contact("রহিমা খাতুন", by=admin, phones=["+8801712345678"], mails=["rahima@example.com"])


def said(number: int, writer: dict, text: str = "আমার চালান কোথায়?"):
    return {"type": "message", "id": f"m{number}", "from": writer, "text": text}


def erased(contact, admin) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        delete_contact(contact, actor=admin)
        purge_contact(contact, actor=admin)


def test_files_of_messages_go_with_their_bytes(rahima, admin):
    channel = make_channel()
    told(channel, said(1, RAHIMA))
    told(channel, said(2, KARIM), name="n2")
    read_all()
    paths = {}
    for talk in Conversation.objects.all():
        message = Message.objects.get(conversation=talk)
        kept = store_file(
            record_kind="message", record_id=message.pk, name="nid.txt", content=[b"My card"], created_by=None
        )
        paths[talk.person_key] = Path(settings.MEDIA_ROOT) / "records" / kept.pk.hex[-2:] / kept.pk.hex
    hers = Conversation.objects.get(person_key="rahima-17")
    file_conversation(hers, actor=admin, customer=rahima)
    [exported] = export_personal_data(rahima, actor=admin)["data"]["conversations"]
    assert exported["files"] == ["nid.txt"]
    erased(rahima, admin)
    assert {key: path.exists() for key, path in paths.items()} == {"rahima-17": False, "karim-4": True}
    assert StoredFile.objects.filter(record_kind="message").count() == 1


class TestNotices:
    def test_what_they_wrote_is_told_and_goes_and_what_others_wrote_of_them_stays(self, rahima, admin):
        channel = make_channel()
        told(channel, said(1, RAHIMA))
        told(channel, said(2, KARIM, "Ask rahima-17, +8801712345678, rahima@example.com"), name="n2")
        read_all()
        file_conversation(Conversation.objects.get(person_key="rahima-17"), actor=admin, customer=rahima)
        [kept] = export_personal_data(rahima, actor=admin)["data"]["originals"]
        assert json.loads(kept["text"])["from"] == RAHIMA and kept["state"] == "taken"
        erased(rahima, admin)
        assert [json.loads(bytes(one.body))["from"]["id"] for one in RawNotice.objects.all()] == ["karim-4"]

    def test_a_number_is_found_as_forms_write_it(self, rahima, admin):
        channel = make_channel("twilio_sms")
        for at, number in enumerate(("+8801712345678", "+8801812345678")):
            texted(channel, {"MessageSid": f"SM{at}", "From": number, "To": "+15005550006", "Body": "চালান?"})
        assert RawNotice.objects.count() == 2, "not read yet"
        erased(rahima, admin)
        assert b"8801812345678" in bytes(RawNotice.objects.get().body)

    def test_what_cannot_be_read_goes_by_their_address_as_a_word_of_its_own(self, rahima, admin):
        channel = make_channel()
        for at, words in enumerate(
            ("rahima@example.com", "umrahima@example.com", "x rahima@example.community")
        ):
            told(channel, {"type": "odd", "who": words}, name=f"n{at}")
        read_all()
        assert set(RawNotice.objects.values_list("state", flat=True)) == {"failed"}
        erased(rahima, admin)
        assert RawNotice.objects.count() == 2

    def test_another_channels_person_with_the_same_key_is_somebody_else(self, rahima, admin):
        mine, other = make_channel(), make_channel()
        told(mine, said(1, RAHIMA))
        told(other, said(2, RAHIMA))
        read_all()
        file_conversation(Conversation.objects.get(place=mine.pk), actor=admin, customer=rahima)
        erased(rahima, admin)
        assert RawNotice.objects.get().channel == other


def test_mails_kept_back_are_told_and_go_where_they_wrote_them(rahima, admin):
    account = MailAccount.objects.create(
        name="House", address="help@example.com", key="help@example.com", smtp_host="127.0.0.1"
    )
    heads = {
        1: "From: রহিমা\r\n <Rahima@Example.com>\r\nTo: help@example.com",
        2: "From: karim@example.com\r\nTo: help@example.com\r\nCc: rahima@example.com",
        3: "From: notrahima@example.com\r\nTo: help@example.com\r\nSubject: nothing",
    }
    for uid, head in heads.items():
        kept = KeptMail.objects.create(
            account=account, folder="INBOX", validity=1, uid=uid, size=9, trouble="odd"
        )
        raw = f"{head}\r\n\r\nrahima@example.com says".encode()
        stored = store_file(
            record_kind="kept_mail", record_id=kept.pk, name="mail.eml", content=[raw], created_by=None
        )
        kept.raw = stored.pk
        kept.save()
    originals = export_personal_data(rahima, actor=admin)["data"]["originals"]
    assert [one["text"].split("\r\n")[0] for one in originals] == ["From: রহিমা", "From: karim@example.com"]
    erased(rahima, admin)
    assert list(KeptMail.objects.order_by("uid").values_list("uid", flat=True)) == [2, 3]
    assert StoredFile.objects.filter(record_kind="kept_mail").count() == 2
