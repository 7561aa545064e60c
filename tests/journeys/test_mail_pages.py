"""The pages of mail in a browser: a mailbox is connected, its past comes in, a mail shows its pictures by the reader's word, and is answered."""

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import pytest
from playwright.sync_api import expect

from bandhu.channels.models import MailAccount
from bandhu.channels.tests.post_office import PASSWORD
from bandhu.channels.tests.test_pictures import elsewhere, loopback_is_outside  # noqa: F401 (a fixture)
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.inbox.tests.cast import everything
from bandhu.interactions.models import Conversation
from bandhu.privacy.purposes import ensure_purposes
from tests.journeys.accessibility import violations
from tests.journeys.people import fits, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
EARLIER = 12


@pytest.fixture
def office(live_server, settings, smtp_server, dovecot_server):
    """Rupa may set up mailboxes and answers; Rahima is a customer whose earlier mails lie in the office's mailbox."""
    settings.PUBLIC_URL = live_server.url
    ensure_purposes()
    team = make_team("Dhaka")
    everything(team)
    rupa = make_user("Rupa Das", role="administrator", team=team)
    make_contact("Rahima Khatun", by=rupa, mails=["rahima@example.org"], team=team, owner=rupa)
    folder = dovecot_server.folder / "mail" / dovecot_server.user
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for number in range(EARLIER):
        _lay(folder, number)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "nobody", "nogroup")
    return rupa


def _lay(folder, number):
    """A mail of some months ago."""
    at = time.time() - (90 - number) * 86_400
    mail = _mail(f"Order {number}", "Two hundred sacks, please.")
    mail["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    path = folder / "cur" / f"{int(at)}.M{number}.test:2,S"
    path.write_bytes(mail.as_bytes(policy=SMTP))
    os.utime(path, (at, at))


def _mail(subject, text):
    mail = EmailMessage()
    mail["From"], mail["To"] = "Rahima Khatun <rahima@example.org>", "office@example.com"
    mail["Subject"], mail["Message-ID"] = subject, f"<{subject.lower().replace(' ', '-')}@example.org>"
    mail.set_content(text)
    return mail


@pytest.mark.usefixtures("loopback_is_outside")
def test_from_connecting_a_mailbox_to_the_answer(
    browser, live_server, office, worker, smtp_server, dovecot_server
):
    page = page_of(browser, live_server, office)
    connect(page, live_server, smtp_server, dovecot_server)
    watch_its_past(page, worker)
    with elsewhere() as (pictures, asked):
        dovecot_server.put(with_picture(f"{pictures}/a.png").as_bytes(policy=SMTP))
        worker.tick("channels.queue_readings")
        allow_pictures(page, live_server, asked)
        answer(page, live_server, worker, smtp_server)
    page.context.close()


def connect(page, live_server, smtp_server, dovecot_server):
    """By the form: what is wrong is said beside it, then it is tried out and works."""
    page.goto(f"{live_server.url}/settings/mail/shared/")
    page.get_by_label("Mail address", exact=True).fill("office@example.com")
    page.locator("[name=smtp_host]").fill("127.0.0.1")
    page.locator("[name=smtp_port]").fill(str(smtp_server.port))
    page.locator("[name=smtp_security]").select_option("none")
    page.locator("[name=imap_host]").fill("127.0.0.1")
    page.locator("[name=imap_port]").fill(str(dovecot_server.port))
    page.locator("[name=imap_security]").select_option("none")
    page.locator("[name=imap_user]").fill(dovecot_server.user)
    page.locator("[name=imap_password]").fill("not the password")
    page.locator("[name=history]").select_option("all")
    page.locator("[name=intake]").select_option("inbox")
    assert violations(page) == [] and fits(page)
    page.get_by_role("button", name="Save").click()
    if "/shared/" not in page.url:
        page.goto(f"{live_server.url}/settings/mail/{MailAccount.objects.get().pk}/")
    page.get_by_role("button", name="Try it out").click()
    page.get_by_text("The server does not accept the user name or the password.").wait_for()
    page.locator("[name=imap_password]").fill(PASSWORD.replace(" ", "_"))
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live_server.url}/settings/mail/{MailAccount.objects.get().pk}/")
    page.get_by_role("button", name="Try it out").click()
    page.locator("#trial").get_by_text("It works").first.wait_for()


def watch_its_past(page, worker):
    """The page says how far it is, without being loaded anew; what came in is history and nobody's work."""
    page.get_by_text("has not begun to come in").wait_for()
    worker.tick("channels.queue_readings")
    page.get_by_text(f"is here: {EARLIER}").wait_for(timeout=15_000)
    assert violations(page) == [] and fits(page)
    assert set(Conversation.objects.values_list("state", flat=True)) == {"closed"}
    assert Conversation.objects.count() == EARLIER


def with_picture(address):
    mail = _mail("Broken sacks", "See the picture.")
    mail.add_alternative(
        f'<p>See the picture.</p><img src="{address}" alt="a broken sack"><p onclick="x()">That is all.</p>',
        subtype="html",
    )
    return mail


def allow_pictures(page, live_server, asked):
    """Nothing is fetched before the reader says so; then by our server alone; and it can be taken back."""
    page.goto(f"{live_server.url}/inbox/?view=open")
    page.locator(".desk-item").get_by_text("Broken sacks").click()
    page.get_by_text("Pictures from outside are blocked").wait_for()
    frame = page.frame_locator(".talk-frame")
    frame.get_by_text("That is all.").wait_for()
    assert asked == []
    assert violations(page) == []
    page.get_by_role("button", name="Show them", exact=True).click()
    page.get_by_text("Pictures from outside are shown.").wait_for()
    picture = frame.get_by_role("img", name="a broken sack")
    picture.wait_for()
    assert picture.evaluate("async (one) => { await one.decode(); return one.naturalWidth; }") == 1
    assert picture.get_attribute("src").startswith("/mails/")
    [(_path, headers)] = asked[:1]
    assert "Cookie" not in headers and "Referer" not in headers
    page.get_by_role("button", name="Block them again").click()
    page.get_by_text("Pictures from outside are blocked").wait_for()
    expect(frame.get_by_role("img", name="a broken sack")).to_have_count(0)


def answer(page, live_server, worker, smtp_server):
    page.locator("#reply-form .rich-text").fill("We send two new ones tomorrow.")
    page.keyboard.press("Control+Enter")
    page.locator(".talk-message.is-out").get_by_text("We send two new ones tomorrow.").wait_for()
    worker.work(after=timedelta(minutes=1))
    [(_sender, recipients, sent)] = smtp_server.taken
    assert recipients == ["rahima@example.org"] and sent["In-Reply-To"] == "<broken-sacks@example.org>"
    page.reload()
    page.locator(".talk-message.is-out").get_by_text("Sent", exact=True).wait_for()
    page.goto(f"{live_server.url}/mails/")
    page.get_by_role("link", name="Broken sacks").first.click()
    page.get_by_role("heading", name="Broken sacks").wait_for()
    page.get_by_text("We send two new ones tomorrow.").wait_for()
    assert violations(page) == [] and fits(page)
