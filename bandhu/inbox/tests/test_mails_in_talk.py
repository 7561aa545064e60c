"""What a conversation says of a mail beside its words: what is missing of it, and what it invites to."""

import re
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.calendars.ics_invitations import read_invitations
from bandhu.channels import actions
from bandhu.channels.tests.post_office import house_account, letter
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import Correspondent, start_conversation, take_in_message
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
TOO_MANY = "The mail has too many parts; the rest is only in its source."


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa", role="administrator", team=make_team("Dhaka"), time_zone="Asia/Dhaka")


@pytest.fixture
def office(rupa):
    return house_account(rupa, imap_host="mail.example.invalid")


def shown(reader, conversation_id) -> str:
    client = Client()
    client.force_login(reader)
    page = client.get(reverse("inbox:conversation", args=[conversation_id])).content.decode()
    return re.sub(r"\s+", " ", page)


def page_of(reader, mail) -> str:
    return shown(reader, mail.inbox_message.conversation_id)


class TestWhatIsMissing:
    def test_five_hundred_files(self, office, rupa):
        message = letter("Files")
        for number in range(500):
            message.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{number}.pdf")
        mail = actions.receive_mail(office, message.as_bytes())
        page = page_of(rupa, mail)
        assert TOO_MANY in page and "Download the mail as it came" in page
        assert reverse("channels:mail_source", args=[mail.pk]) in page

    def test_a_mail_of_which_only_the_head_was_read(self, office, rupa):
        message = letter("Large")
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename="large.pdf")
        head = message.as_bytes().partition(b"\n\n")[0] + b"\n\n"
        page = page_of(rupa, actions.receive_mail(office, head, is_cut=True))
        assert "The mail is too large: its text and files were left in the mailbox." in page
        assert "damaged" not in page

    def test_a_mail_nested_without_end(self, office, rupa):
        raw = b"From: a@example.org\nSubject: deep\nMIME-Version: 1.0\n" + b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at) for at in range(2_000)
        )
        page = page_of(rupa, actions.receive_mail(office, raw))
        assert (
            "Parts of the mail are damaged; its source is kept." in page
            and "Download the mail as it came" in page
        )

    def test_somebody_else_may_have_sent_it(self, office, rupa):
        message = letter(**{"Authentication-Results": "mx.example.com; dmarc=fail"})
        mail = actions.receive_mail(office, message.as_bytes())
        assert "domain does not stand by this mail" in page_of(rupa, mail)

    def test_a_whole_mail_says_nothing_of_the_kind(self, office, rupa):
        mail = actions.receive_mail(office, letter().as_bytes())
        assert "Download the mail as it came" not in page_of(rupa, mail)

    def test_a_file_of_a_message_that_could_not_be_had(self, rupa):
        talk = start_conversation(actor=rupa, channel="whatsapp", person=Correspondent("R", "+1", "+1"))
        take_in_message(talk, text="See", details={"missing_files": ["a file that does not lie at Meta"]})
        assert "A file could not be taken: a file that does not lie at Meta" in shown(rupa, talk.pk)


def invitation(
    method="REQUEST", uid="m1", start="20261201T100000", zone=";TZID=Europe/Berlin", **more
) -> str:
    lines = {
        "UID": uid, "SUMMARY": "Tasting of rice", "LOCATION": "Room <b>3</b>", "DTSTAMP": "20261120T100000Z",
        f"DTSTART{zone}": start, "DURATION": "PT1H", "ORGANIZER;CN=Dinesh": "mailto:dinesh@example.org", **more,
    }  # fmt: skip
    inside = "\r\n".join(f"{name}:{value}" for name, value in lines.items())
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def invited(office, text: str, **headers):
    """As mail programs send it: the same as a part of the alternatives and as a file."""
    message: EmailMessage = letter("Tasting", **headers)
    message.add_alternative(text.encode(), maintype="text", subtype="calendar")
    message.add_attachment(text.encode(), maintype="text", subtype="calendar", filename="invite.ics")
    return actions.receive_mail(office, message.as_bytes())


def sections(page: str) -> list[str]:
    found = re.findall(r'<section class="talk-invitation.*?</section>', page)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


class TestInvitations:
    def test_what_when_where_and_who_on_the_readers_clock(self, office, rupa):
        page = page_of(rupa, invited(office, invitation()))
        [said] = sections(page)
        assert said.startswith("Invitation Tasting of rice Tuesday, 1 December 2026")
        assert "3:00" in said and "4:00" in said, said
        assert "Room &lt;b&gt;3&lt;/b&gt;" in said and "Dinesh · dinesh@example.org" in said
        assert page.count("invitation.ics") and page.count("invite.ics")

    def test_one_that_is_moved_says_from_when(self, office, rupa):
        first = invited(office, invitation(), **{"Message-ID": "<one@example.org>"})
        moved = invited(
            office,
            invitation(start="20261202T100000", SEQUENCE="1"),
            **{"Message-ID": "<two@example.org>", "In-Reply-To": "<one@example.org>"},
        )
        assert moved.inbox_message.conversation_id == first.inbox_message.conversation_id
        [before, after] = sections(page_of(rupa, moved))
        assert before.startswith("Invitation") and after.startswith("Changed invitation")
        assert "2 December 2026" in after and "before: 1 Dec 2026" in after

    @pytest.mark.parametrize("text", [invitation("CANCEL"), invitation(STATUS="CANCELLED")])
    def test_one_that_is_cancelled_says_so(self, office, rupa, text):
        page = page_of(rupa, invited(office, text))
        assert sections(page)[0].startswith("Called off") and "talk-invitation is-cancelled" in page

    def test_whole_days_and_series(self, office, rupa):
        text = invitation(start="20261201", zone=";VALUE=DATE", DURATION="P2D", RRULE="FREQ=WEEKLY;COUNT=3")
        [said] = sections(page_of(rupa, invited(office, text)))
        assert (
            "Repeats" in said and "1 December 2026 – Wednesday, 2 December 2026" in said and ":00" not in said
        )

    @pytest.mark.parametrize(
        "text",
        [
            "no calendar", "BEGIN:VCALENDAR", invitation() + "X" * 70_000,
            invitation().replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\n" * 5_000), "\x00" * 100,
        ],
    )  # fmt: skip
    def test_what_invites_to_nothing_or_is_an_attack_is_a_file_alone(self, office, rupa, text):
        page = page_of(rupa, invited(office, text))
        assert sections(page) == [] and "invite.ics" in page

    def test_an_answer_to_an_invitation_of_ours_invites_to_nothing(self):
        assert read_invitations(invitation("REPLY").encode(), ZoneInfo("Asia/Dhaka")) == []

    def test_a_zone_nobody_knows_is_said(self, office, rupa):
        [said] = sections(page_of(rupa, invited(office, invitation(zone=";TZID=Moon/Crater"))))
        assert said.startswith("Invitation that cannot be read Tasting of rice") and "Moon/Crater" in said

    def test_a_long_list_of_meetings_shows_the_first_three(self, office, rupa):
        event = invitation().partition("BEGIN:VEVENT")[2].partition("END:VCALENDAR")[0]
        several = "".join(f"BEGIN:VEVENT{event.replace('m1', f'm{at}')}" for at in range(100))
        text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{several}END:VCALENDAR\r\n"
        assert len(sections(page_of(rupa, invited(office, text)))) == 3
