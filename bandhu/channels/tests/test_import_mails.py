"""A mailbox's past out of a file: threaded and filed as live mail is, with nothing sent; broken ones put aside, none lost."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError

from bandhu.channels.importing import mails as importing
from bandhu.channels.importing.mailbox_files import MailFile, fits, mails_in
from bandhu.channels.models import Mail
from bandhu.channels.tests.post_office import house_account, letter
from bandhu.customers.actions import imports as actions
from bandhu.customers.imports.problems import SourceProblem
from bandhu.customers.models import Contact
from bandhu.customers.queries.imports import failed_rows, imported_records
from bandhu.customers.tests.cast import make_contact
from bandhu.customers.tests.importing import bring_in, finish, set_up, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import take_in_message
from bandhu.interactions.models import Conversation, Interaction, Message
from bandhu.platform.files import files_of
from bandhu.platform.models import EventRecord
from bandhu.platform.tests.data_sets import data_set
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
BEGAN = datetime(2022, 5, 2, 9, tzinfo=UTC)


@pytest.fixture
def admin():
    ensure_purposes()
    return make_user("Admin", role="administrator")


@pytest.fixture
def office(admin, smtp_server):
    return house_account(admin, smtp_server, from_name="Bandhu Traders")


def written(office, subject, text, hours=0, **headers):
    headers.setdefault("To", office.address)
    headers["Date"] = format_datetime(BEGAN + timedelta(hours=hours))
    return letter(subject, text, **headers).as_bytes()


def mbox(*mails, line=b"From - Mon May  2 09:00:00 2022\n"):
    def escaped(raw):
        return b"\n".join(
            b">" + one if one.lstrip(b">").startswith(b"From ") else one for one in raw.split(b"\n")
        )

    return b"".join(line + escaped(one.replace(b"\r\n", b"\n")) + b"\n\n" for one in mails)


def exchange(office):
    """A question, our answer, thanks; and a newsletter."""
    return [
        written(
            office,
            "Rice",
            "Two hundred sacks?\nFrom here it is far.",
            From="Ann Lee <ann@example.org>",
            Message_ID="<1@x>",
        ),
        written(
            office,
            "Re: Rice",
            "They leave today.",
            2,
            From=office.address,
            To="ann@example.org",
            Message_ID="<2@x>",
            In_Reply_To="<1@x>",
        ),
        written(
            office,
            "Re: Rice",
            "Thank you.",
            4,
            From="Ann Lee <ann@example.org>",
            Message_ID="<3@x>",
            References="<1@x> <2@x>",
        ),
        written(
            office,
            "News",
            "Buy.",
            5,
            From="News <news@example.net>",
            Message_ID="<4@x>",
            Precedence="bulk",
            Auto_Submitted="auto-generated",
        ),
    ]


def test_a_past_exchange_is_one_conversation_of_its_customer(admin, office):
    run = bring_in(admin, mbox(*exchange(office)), name="Inbox.mbox")
    assert (run.kind, run.state, run.created, run.failed) == ("mails", "done", 4, 0), run.error
    talk = Conversation.objects.get(subject="Rice")
    assert (talk.state, talk.contact.full_name, talk.place, talk.message_count) == (
        "closed",
        "Ann Lee",
        office.pk,
        3,
    )
    said = list(Message.objects.filter(conversation=talk))
    assert [(one.direction, one.state, one.at.hour) for one in said] == [
        ("in", "received", 9),
        ("out", "sent", 11),
        ("in", "received", 13),
    ]
    assert "\nFrom here it is far." in said[0].text
    assert Contact.objects.count() == 1  # a machine becomes nobody
    assert Interaction.objects.filter(contact=talk.contact, kind="mail").count() == 3
    assert Mail.objects.count() == 4 and all(one.raw for one in Mail.objects.all())
    assert {line["url"] for line in imported_records(admin, run)} == {
        f"/mails/{pk}/" for pk in Mail.objects.values_list("pk", flat=True)
    }


def test_nothing_is_sent_and_nobody_told(admin, office, smtp_server):
    office.acknowledges = True
    office.save()
    run = set_up(admin, mbox(*exchange(office)))
    EventRecord.objects.all().delete()
    actions.start_import(run, actor=admin)
    finish(run)
    assert set(EventRecord.objects.values_list("name", flat=True)) <= {"records_imported", "import_finished"}
    assert smtp_server.taken == [] and not Mail.objects.filter(state__in=("queued", "sending")).exists()


def test_who_is_known_is_found_and_the_file_comes_in_once(admin, office):
    ann = make_contact("Ann Lee-Khan", by=admin, mails=[{"address": "ann@example.org"}])
    bring_in(admin, mbox(*exchange(office)))
    again = bring_in(
        admin,
        mbox(
            *exchange(office), written(office, "More", "More?", 9, From="ann@example.org", Message_ID="<9@x>")
        ),
    )
    assert (again.created, again.skipped, again.failed) == (1, 4, 0)
    assert Contact.objects.get() == ann and ann.conversations.count() == 2


def test_another_mail_under_a_known_id_comes_in(admin, office):
    """As of programs that give every mail the same id: here already, twice in one file, and in its second coming."""
    first, second, third = (
        written(
            office,
            f"Order {number}",
            f"Order {number}.",
            number,
            From="shop@example.org",
            Message_ID="<order@shop>",
        )
        for number in range(3)
    )
    bring_in(admin, mbox(first))
    run = bring_in(admin, mbox(first, second, third, second, b"Received: from elsewhere\r\n" + first))
    assert (run.created, run.skipped, run.failed) == (2, 3, 0)
    assert sorted(Mail.objects.values_list("subject", flat=True)) == ["Order 0", "Order 1", "Order 2"]
    again = bring_in(admin, mbox(third, first, second))
    assert (again.created, again.skipped, again.failed) == (0, 3, 0)


def test_a_trial_tells_two_mails_of_one_id_apart(admin, office):
    raws = [
        written(
            office,
            f"Order {number}",
            f"Order {number}.",
            number,
            From="shop@example.org",
            Message_ID="<order@shop>",
        )
        for number in (0, 1, 1, 0)
    ]
    run = set_up(admin, mbox(*raws))
    told = actions.try_import(run, actor=admin).preview
    assert (told["created"], told["skipped"], told["failed"]) == (2, 2, 0) and not Mail.objects.exists()
    actions.start_import(run, actor=admin)
    done = finish(run)
    assert (done.created, done.skipped, done.failed) == (2, 2, 0)


def test_the_past_of_a_running_exchange_joins_it_without_opening_it(admin, office):
    from bandhu.channels.actions import receive_mail

    live = receive_mail(
        office,
        letter("Rice", "And now?", From="ann@example.org", To=office.address, References="<1@x>").as_bytes(),
    )
    talk = live.inbox_message.conversation
    waiting = talk.waiting_since
    bring_in(admin, mbox(exchange(office)[0]))
    talk.refresh_from_db()
    assert Conversation.objects.get() == talk and talk.message_count == 2
    assert (talk.state, talk.waiting_since) == ("open", waiting)


def test_taking_back(admin, office):
    run = bring_in(
        admin,
        mbox(*exchange(office), written(office, "Oil", "Oil?", From="ben@example.org", Message_ID="<8@x>")),
    )
    kept = Conversation.objects.get(subject="Oil")
    take_in_message(kept, text="Still there?")
    files = [one for mail in Mail.objects.exclude(subject="Oil") for one in files_of(mail.pk)]
    run = take_back(run, admin)
    assert Conversation.objects.get() == kept and Mail.objects.get().subject == "Oil"
    assert Contact.objects.get() == kept.contact and run.kept >= 1
    assert not Interaction.objects.exclude(contact=kept.contact).exists() and not any(
        one.deleted_at for one in files
    )


def test_an_archive_of_mails_and_a_folder(admin, office, tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, raw in enumerate(exchange(office)[:2]):
            archive.writestr(f"Box/cur/{number}:2,S", raw)
        archive.writestr("Box/more.mbox", mbox(*exchange(office)[2:]))
        archive.writestr(
            "../../evil.eml", written(office, "Evil", "Path", From="eve@example.org", Message_ID="<7@x>")
        )
        archive.writestr("readme.txt", "no mail")
    run = bring_in(admin, out.getvalue(), name="box.zip")
    assert (run.kind, run.created) == ("mails", 5), run.error
    assert Conversation.objects.get(subject="Rice").message_count == 3


def test_what_is_broken_is_put_aside_and_the_rest_comes(admin, office, monkeypatch):
    receive = importing.receive_past

    def unforeseen(account, raw, **more):
        if b"<2@x>" in raw.split(b"In-Reply-To")[0]:
            raise ValueError("nobody foresaw this")
        return receive(account, raw, **more)

    monkeypatch.setattr(importing, "receive_past", unforeseen)
    run = bring_in(
        admin, mbox(exchange(office)[0], exchange(office)[1], b"\x00\xff" * 500, b"Subject: only this\n")
    )
    assert (run.state, run.created, run.failed) == ("done", 3, 1), run.error
    [row] = failed_rows(admin, run)
    assert "Re: Rice" in row["problems"][0]["sentence"]


def test_a_killed_worker_goes_on_where_it_was(admin, office, monkeypatch):
    mails = [
        written(office, f"Question {n}", "?", n, From=f"c{n}@example.org", Message_ID=f"<q{n}@x>")
        for n in range(5)
    ]
    receive, calls = importing.receive_past, []

    def dies_once(account, raw, **more):
        calls.append(1)
        if len(calls) == 3:
            raise OperationalError("killed")
        return receive(account, raw, **more)

    monkeypatch.setattr(importing, "receive_past", dies_once)
    run = actions.start_import(set_up(admin, mbox(*mails)), actor=admin)
    with pytest.raises(OperationalError):
        finish(run)
    assert not Mail.objects.exists()
    run = finish(run)
    assert (run.created, Mail.objects.count(), Contact.objects.count()) == (5, 5, 5)


def test_it_asks_for_the_mailbox_where_there_is_none(admin):
    raw = letter("Rice", "?", From="ann@example.org", To="office@example.com").as_bytes()
    run = set_up(admin, mbox(raw))
    with pytest.raises(SourceProblem):
        actions.try_import(run, actor=admin, at_once=True)
    with pytest.raises(ValidationError):
        actions.choose_options(run, actor=admin, mailbox="0" * 32)


def test_bombs_and_broken_archives(admin, office):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.mbox", b"From - Mon May  2 09:00:00 2022\nSubject: bomb\n\n" + b"0" * (100 << 20))
    for content in (out.getvalue(), out.getvalue()[: len(out.getvalue()) // 2]):
        with pytest.raises(SourceProblem):
            actions.upload_import(actor=admin, file_name="x.zip", blocks=[content], form="mbox")


def test_where_one_mail_ends_and_the_next_begins():
    text = (
        b"From a@x Mon May  2 09:00:00 2022\nSubject: 1\n\nbody\nFrom the start it was late.\n\nFrom all of us, thanks\n\n"
        b"From b@x Mon May  2 09:00:00 2022\nSubject: 2\n\n>From a quoted line\n"
    )
    found = list(mails_in(io.BytesIO(text)))
    assert [one.head.split(b"\n")[0] for one in found] == [b"Subject: 1", b"Subject: 2"]
    assert b"thanks" in found[0].head
    long = (
        b"From a@x Mon May  2 09:00:00 2022\n"
        + b"x" * 300_000
        + b"\n\nFrom b@x Mon May  2 09:00:00 2022\nS: 2\n"
    )
    assert [one.length for one in mails_in(io.BytesIO(long))] == [300_002, 5]


def test_every_mail_of_the_collections_comes_in_or_says_why(admin, office, tmp_path):
    """Read from BANDHU_DATA_SETS, else beside the repository; the test says where they are absent."""
    raws = [
        path.read_bytes()
        for name in ("email_mikel_mail", "email_cpython")
        for path in sorted(data_set(name).rglob("*"))
        if path.is_file() and path.name not in ("SOURCE.txt", "LICENSE")
    ]
    file = tmp_path / "all.mbox"
    file.write_bytes(mbox(*raws))
    with file.open("rb") as opened:
        count = sum(1 for _one in mails_in(opened))
    run = bring_in(admin, file.read_bytes(), form="mbox")
    assert run.state == "done", run.error
    assert run.created + run.skipped + run.failed == run.total_rows == count >= len(raws) - 1
    assert (run.failed, Mail.objects.count()) == (0, run.created)


def test_what_is_a_mailbox():
    assert fits(None, b"From a@x Mon May  2 09:00:00 2022\nSubject: x\n")  # type: ignore[arg-type]
    assert fits(None, b"Received: by x\nMessage-ID: <1@x>\nSubject: x\n\n")  # type: ignore[arg-type]
    for table in (
        b"Name,Email\nAnn,ann@example.org\n",
        b"From where,Name\nDhaka,Ann\n",
        b"Date: today;Name\n",
    ):
        assert not fits(None, table)  # type: ignore[arg-type]


def test_a_place_outside_of_the_file_is_none(tmp_path):
    file = tmp_path / "one.mbox"
    file.write_bytes(mbox(b"Subject: 1\n\nx\n"))
    with MailFile(file) as opened:
        for place in ("", "x", "../../etc", "5@"):
            with pytest.raises((ValueError, SourceProblem)):
                opened.read(place)
