"""The kinds of channels there are. A new one is a module with an `Adapter` and a line here."""

from bandhu.channels.adapters.http_sms import HttpSms
from bandhu.channels.adapters.port import Adapter
from bandhu.channels.adapters.signed_webhook import SignedWebhook
from bandhu.channels.adapters.twilio import TwilioSms
from bandhu.channels.adapters.web_chat import WebChat

ADAPTERS: dict[str, Adapter] = {one.kind: one for one in (WebChat(), TwilioSms(), HttpSms(), SignedWebhook())}
