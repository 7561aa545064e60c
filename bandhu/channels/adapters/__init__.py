"""The kinds of channels there are. A new one is a module with an `Adapter` and a line here."""

from bandhu.channels.adapters.http_sms import HttpSms
from bandhu.channels.adapters.mastodon import Mastodon
from bandhu.channels.adapters.messenger import Instagram, Messenger
from bandhu.channels.adapters.port import Adapter
from bandhu.channels.adapters.request_form import RequestForm
from bandhu.channels.adapters.signed_webhook import SignedWebhook
from bandhu.channels.adapters.telegram import Telegram
from bandhu.channels.adapters.twilio import TwilioSms
from bandhu.channels.adapters.web_chat import WebChat
from bandhu.channels.adapters.whatsapp import WhatsApp

ADAPTERS: dict[str, Adapter] = {
    one.kind: one
    for one in (
        WebChat(), RequestForm(), WhatsApp(), TwilioSms(), HttpSms(), Messenger(), Instagram(), Telegram(), Mastodon(), SignedWebhook(),
    )
}  # fmt: skip
