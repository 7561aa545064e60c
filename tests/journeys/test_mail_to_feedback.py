"""A customer's mail in Bengali with a file becomes a ticket, is answered, answered back, solved and judged; the seller reads it all."""

from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bandhu.channels.tests.post_office import house_account
from bandhu.customers.models import Contact
from bandhu.feedback.actions import save_survey
from bandhu.feedback.models import Asking
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.inbox.tests.cast import everything
from bandhu.privacy.purposes import ensure_purposes
from bandhu.service.models import Ticket
from tests.journeys.accessibility import violations
from tests.journeys.people import editor, fits, page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RAHIMA = "রহিমা খাতুন <rahima@example.org>"
NOTE = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture
def house(live_server, settings, smtp_server, dovecot_server):
    """A service team in Dhaka with a mailbox on real servers; Rupa answers, Karim sells to the same customers."""
    settings.PUBLIC_URL = live_server.url
    ensure_purposes()
    team = make_team("Dhaka")
    boss = make_user("Boss", role="administrator")
    everything(team)
    house_account(boss, smtp_server, dovecot_server, from_name="Bandhu Traders", team=team)
    save_survey(actor=boss, name="After help", occasion="ticket", delay_minutes=0)
    return make_user("Rupa Das", role="service", team=team), make_user("Karim Mia", role="sales", team=team)


def question() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = RAHIMA, "office@example.com", "দুই বস্তা চাল কম এসেছে"
    mail["Message-ID"] = "<question@example.org>"
    mail.set_content("গতকালের চালানে দশ বস্তার বদলে আট বস্তা এসেছে। চালানের কপি সঙ্গে দিলাম।")
    mail.add_attachment(NOTE, maintype="application", subtype="pdf", filename="চালান.pdf")
    return mail


def answer_to(sent: EmailMessage) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = RAHIMA, "office@example.com", f"Re: {sent['Subject']}"
    mail["Message-ID"], mail["In-Reply-To"] = "<thanks@example.org>", sent["Message-ID"]
    said = "\n".join(f"> {line}" for line in sent.get_body(("plain",)).get_content().splitlines())
    mail.set_content(f"ঠিক আছে, কাল সকালে পাঠালেই হবে।\n\n{said}\n")
    return mail


def test_from_a_mail_in_bengali_to_the_customers_judgement(
    browser, live_server, house, worker, smtp_server, dovecot_server
):
    rupa, karim = house
    dovecot_server.put(question().as_bytes(policy=SMTP))
    worker.tick("channels.queue_readings")

    page = page_of(browser, live_server, rupa)
    make_a_ticket(page, live_server)
    sent = answer_the_customer(page, worker, smtp_server)

    dovecot_server.put(answer_to(sent).as_bytes(policy=SMTP))
    worker.tick("channels.queue_readings")
    page.reload()
    thread = page.locator("#panel")
    thread.get_by_text("ঠিক আছে, কাল সকালে পাঠালেই হবে।").wait_for()
    quoted = thread.get_by_text("> গতকালের চালানে")
    expect(quoted).to_be_hidden()
    solve(page)
    page.context.close()

    link = asked_by_mail(worker, smtp_server)
    judge(browser, link)
    worker.work()
    assert Asking.objects.get().score == 5
    read_as_the_seller(browser, live_server, karim)


def make_a_ticket(page, live_server):
    """The conversation is found among those nobody has; one click makes a ticket of it."""
    page.goto(f"{live_server.url}/inbox/?view=unassigned")
    page.locator(".desk-item").get_by_text("দুই বস্তা চাল কম এসেছে").click()
    page.get_by_role("heading", name="দুই বস্তা চাল কম এসেছে").wait_for()
    # Nobody told us: the script of the mail says which language its writer reads.
    page.locator("#talk-head").get_by_text("Bangla").or_(
        page.locator("#talk-head").get_by_text("Bengali")
    ).wait_for()
    file = page.get_by_role("link", name="চালান.pdf")
    assert page.request.get(live_server.url + file.get_attribute("href")).body() == NOTE
    assert violations(page) == []
    page.locator("#talk-side").get_by_role("button", name="Make a ticket").click()
    page.wait_for_url("**/tickets/*-*/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("দুই বস্তা চাল কম এসেছে")
    expect(main.get_by_role("link", name="রহিমা খাতুন")).to_be_visible()
    expect(page.locator("#panel").get_by_role("link", name="চালান.pdf")).to_be_visible()
    assert violations(page) == [] and fits(page)


def answer_the_customer(page, worker, smtp_server) -> EmailMessage:
    """Rupa takes the ticket and answers; the mail as the customer's server got it."""
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_role("button", name="Take it")).not_to_be_visible()
    editor(page, "Answer").fill("দুঃখিত। বাকি দুই বস্তা কাল সকালে যাবে।")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(editor(page, "Answer")).to_have_text("")  # until it is written, the words stand in the editor only
    page.locator("#panel").get_by_text("দুঃখিত। বাকি দুই বস্তা কাল সকালে যাবে।").wait_for()
    worker.work(after=timedelta(minutes=1))  # until then it can be taken back
    [(_sender, recipients, sent)] = smtp_server.taken
    assert recipients == ["rahima@example.org"] and sent["In-Reply-To"] == "<question@example.org>"
    assert "দুঃখিত। বাকি দুই বস্তা কাল সকালে যাবে।" in sent.get_body(("plain",)).get_content()
    page.reload()
    page.locator("#panel").get_by_text("Sent", exact=True).wait_for()
    return sent


def solve(page):
    page.get_by_role("button", name="Solve").click()
    page.get_by_role("textbox", name="What was done").fill("দুই বস্তা পাঠানো হয়েছে।")
    page.get_by_role("dialog").get_by_role("button", name="Solve").click()
    page.get_by_role("button", name="Open again").wait_for()
    assert violations(page) == []
    ticket = Ticket.objects.get()
    assert (ticket.stage, ticket.answers, ticket.language) == ("solved", 1, "bn")
    # Two answers were owed, the first and the one to her second mail; the solution met its time too.
    assert {one.state for one in ticket.clocks.exclude(measure="next")} == {"met"}


def asked_by_mail(worker, smtp_server) -> str:
    """The letter that asks for feedback, in the customer's language; the address in it."""
    worker.work()
    worker.tick("feedback.send_due")
    worker.work(after=timedelta(minutes=1))
    _sender, recipients, letter = smtp_server.taken[-1]
    assert len(smtp_server.taken) == 2 and recipients == ["rahima@example.org"]
    assert letter["Subject"] == "আমাদের সেবায় আপনি কতটা সন্তুষ্ট?"
    words = letter.get_body(("plain",)).get_content().split()
    return next(one for one in words if one.startswith("http"))


def judge(browser, link):
    """On a telephone, without JavaScript: one click on a score, then a word."""
    context = browser.new_context(viewport=TELEPHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    assert page.locator("html").get_attribute("lang") == "bn" and fits(page)
    page.get_by_role("button", name="৫").click()
    page.get_by_text("ধন্যবাদ!").wait_for()
    page.locator("textarea[name=comment]").fill("খুব তাড়াতাড়ি উত্তর পেয়েছি।")
    page.locator("form").last.get_by_role("button").click()
    page.get_by_text("আপনার কথা আমাদের কাছে পৌঁছেছে।").wait_for()
    assert page.locator(".score.is-chosen").inner_text().startswith("৫") and context.cookies() == []
    context.close()


def read_as_the_seller(browser, live_server, karim):
    """Everything stands on the timeline of the one contact the mail made."""
    page = page_of(browser, live_server, karim)
    contact = Contact.objects.get(full_name="রহিমা খাতুন")
    page.goto(f"{live_server.url}{reverse('customers:contact', args=[contact.pk])}")
    told = page.locator("#panel")
    ticket = Ticket.objects.get()
    for words in (
        "গতকালের চালানে দশ বস্তার বদলে আট বস্তা এসেছে।",
        "চালান.pdf",
        ticket.code,
        "দুঃখিত। বাকি দুই বস্তা কাল সকালে যাবে।",
        "ঠিক আছে, কাল সকালে পাঠালেই হবে।",
        "দুই বস্তা পাঠানো হয়েছে।",
        "After help: 5 / 5",
        "খুব তাড়াতাড়ি উত্তর পেয়েছি।",
    ):
        told.get_by_text(words).first.wait_for()
    assert violations(page) == [] and fits(page)
    page.context.close()
