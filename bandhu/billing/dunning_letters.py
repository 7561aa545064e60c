"""Letters that go out by themselves: reminders of invoices that are overdue, and before a long subscription renews."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from bandhu.billing.letters import INVOICE_FIELDS
from bandhu.billing.models import Subscription
from bandhu.channels.ready_letters import ReadyLetter
from bandhu.ui import formats
from bandhu.ui.formats import Reader

REMINDER = ReadyLetter(
    key="invoice_reminder",
    name=gettext_lazy("Reminder of an overdue invoice"),
    fields=INVOICE_FIELDS,
    is_automatic=True,
    texts={
        "en": (
            "Reminder: invoice {{invoice.number}}",
            "{{contact.salutation|Dear customer,}}\n\n"
            "Our invoice {{invoice.number}} was due on {{invoice.due_on}}; {{invoice.open}} are still open. Perhaps it escaped your notice.\n\n"
            "Here you can read and pay it:\n{{invoice.link}}\n\n"
            "If you have paid in the meantime, please disregard this letter.\n\nKind regards\n{{invoice.seller}}",
        ),
        "bn": (
            "স্মরণপত্র: চালান {{invoice.number}}",
            "{{contact.salutation|প্রিয় গ্রাহক,}}\n\n"
            "আমাদের চালান {{invoice.number}} পরিশোধের শেষ দিন ছিল {{invoice.due_on}}; এখনও {{invoice.open}} বাকি আছে। হয়তো বিষয়টি নজর এড়িয়ে গেছে।\n\n"
            "এই ঠিকানায় এটি পড়তে ও পরিশোধ করতে পারবেন:\n{{invoice.link}}\n\n"
            "এর মধ্যে পরিশোধ করে থাকলে এই চিঠিটি উপেক্ষা করুন।\n\nশুভেচ্ছান্তে\n{{invoice.seller}}",
        ),
        "ta": (
            "நினைவூட்டல்: விலைப்பட்டி {{invoice.number}}",
            "{{contact.salutation|அன்பார்ந்த வாடிக்கையாளரே,}}\n\n"
            "எங்கள் விலைப்பட்டி {{invoice.number}} {{invoice.due_on}} அன்று செலுத்தப்பட வேண்டியது; இன்னும் {{invoice.open}} நிலுவையில் உள்ளது.\n\n"
            "இந்த முகவரியில் அதைப் படித்துப் பணம் செலுத்தலாம்:\n{{invoice.link}}\n\n"
            "இதற்கிடையில் செலுத்தியிருந்தால் இந்தக் கடிதத்தைப் பொருட்படுத்த வேண்டாம்.\n\nஅன்புடன்\n{{invoice.seller}}",
        ),
    },
)
LAST_REMINDER = ReadyLetter(
    key="invoice_last_reminder",
    name=gettext_lazy("Last reminder of an overdue invoice"),
    fields=INVOICE_FIELDS,
    is_automatic=True,
    texts={
        "en": (
            "Last reminder: invoice {{invoice.number}}",
            "{{contact.salutation|Dear customer,}}\n\n"
            "Our invoice {{invoice.number}} was due on {{invoice.due_on}}, {{invoice.days_late}} days ago; {{invoice.open}} are still open. "
            "Please pay it now, or tell us what stands in the way:\n{{invoice.link}}\n\n"
            "If you have paid in the meantime, please disregard this letter.\n\nKind regards\n{{invoice.seller}}",
        ),
        "bn": (
            "শেষ স্মরণপত্র: চালান {{invoice.number}}",
            "{{contact.salutation|প্রিয় গ্রাহক,}}\n\n"
            "আমাদের চালান {{invoice.number}} পরিশোধের শেষ দিন ছিল {{invoice.due_on}}, {{invoice.days_late}} দিন আগে; এখনও {{invoice.open}} বাকি আছে। "
            "অনুগ্রহ করে এখনই পরিশোধ করুন, অথবা কী অসুবিধা হচ্ছে আমাদের জানান:\n{{invoice.link}}\n\n"
            "এর মধ্যে পরিশোধ করে থাকলে এই চিঠিটি উপেক্ষা করুন।\n\nশুভেচ্ছান্তে\n{{invoice.seller}}",
        ),
        "ta": (
            "இறுதி நினைவூட்டல்: விலைப்பட்டி {{invoice.number}}",
            "{{contact.salutation|அன்பார்ந்த வாடிக்கையாளரே,}}\n\n"
            "எங்கள் விலைப்பட்டி {{invoice.number}} {{invoice.due_on}} அன்று, {{invoice.days_late}} நாட்களுக்கு முன், செலுத்தப்பட வேண்டியது; "
            "இன்னும் {{invoice.open}} நிலுவையில் உள்ளது. இப்போதே செலுத்துங்கள், அல்லது தடை என்ன என்று சொல்லுங்கள்:\n{{invoice.link}}\n\n"
            "இதற்கிடையில் செலுத்தியிருந்தால் இந்தக் கடிதத்தைப் பொருட்படுத்த வேண்டாம்.\n\nஅன்புடன்\n{{invoice.seller}}",
        ),
    },
)
RENEWAL = ReadyLetter(
    key="subscription_renewal",
    name=gettext_lazy("Letter before a yearly subscription renews"),
    is_automatic=True,
    fields={
        "subscription.number": gettext_lazy("Number of the subscription"),
        "subscription.renews_on": gettext_lazy("Day on which it renews"),
        "subscription.total": gettext_lazy("What the next period costs with tax"),
        "subscription.seller": gettext_lazy("Who issues its invoices"),
    },
    texts={
        "en": (
            "Your subscription {{subscription.number}} renews on {{subscription.renews_on}}",
            "{{contact.salutation|Dear customer,}}\n\n"
            "On {{subscription.renews_on}} the next period of your subscription {{subscription.number}} begins; it costs {{subscription.total}}. "
            "If you do not want it any more, or want to change it, please write to us before then.\n\nKind regards\n{{subscription.seller}}",
        ),
        "bn": (
            "আপনার সাবস্ক্রিপশন {{subscription.number}} {{subscription.renews_on}} তারিখে নবায়ন হবে",
            "{{contact.salutation|প্রিয় গ্রাহক,}}\n\n"
            "{{subscription.renews_on}} তারিখে আপনার সাবস্ক্রিপশন {{subscription.number}}-এর পরের মেয়াদ শুরু হবে; মূল্য {{subscription.total}}। "
            "আর না চাইলে বা বদলাতে চাইলে তার আগে আমাদের লিখুন।\n\nশুভেচ্ছান্তে\n{{subscription.seller}}",
        ),
        "ta": (
            "உங்கள் சந்தா {{subscription.number}} {{subscription.renews_on}} அன்று புதுப்பிக்கப்படும்",
            "{{contact.salutation|அன்பார்ந்த வாடிக்கையாளரே,}}\n\n"
            "{{subscription.renews_on}} அன்று உங்கள் சந்தா {{subscription.number}}-இன் அடுத்த காலம் தொடங்குகிறது; கட்டணம் {{subscription.total}}. "
            "இனி வேண்டாம் என்றாலோ மாற்ற விரும்பினாலோ அதற்கு முன் எங்களுக்கு எழுதுங்கள்.\n\nஅன்புடன்\n{{subscription.seller}}",
        ),
    },
)
LETTERS = {one.key: one.name for one in (REMINDER, LAST_REMINDER)}


def renewal_values(subscription: Subscription, seller: str) -> dict[str, str]:
    """What the fields of RENEWAL stand for, in the subscription's language."""
    reader = Reader(subscription.language)
    return {
        "subscription.number": subscription.number,
        "subscription.renews_on": formats.day(
            subscription.next_period_on or subscription.next_on, reader, "long"
        ),
        "subscription.total": subscription.total.written(reader),
        "subscription.seller": seller,
    }
