"""The letter that says a mail has come in; the house may word it anew under Letters."""

from django.utils.translation import gettext_lazy as _

from bandhu.channels.ready_letters import ReadyLetter

# What such a mail is about: the mail it acknowledges.
ACKNOWLEDGED = "acknowledgement"
_EN = """{{contact.salutation|Hello,}}

we have your message “{{mail.subject}}” and will answer it as soon as we can.

If you want to add something, simply answer this mail.
"""
_BN = """{{contact.salutation|নমস্কার,}}

আপনার বার্তা “{{mail.subject}}” আমরা পেয়েছি, যত তাড়াতাড়ি সম্ভব উত্তর দেব।

আরও কিছু জানাতে চাইলে এই মেইলেরই উত্তর দিন।
"""
_TA = """{{contact.salutation|வணக்கம்,}}

“{{mail.subject}}” என்ற உங்கள் செய்தி எங்களுக்குக் கிடைத்தது. முடிந்தவரை விரைவில் பதிலளிப்போம்.

மேலும் ஏதாவது சேர்க்க விரும்பினால், இந்த மின்னஞ்சலுக்கே பதிலளிக்கவும்.
"""
ACKNOWLEDGEMENT = ReadyLetter(
    key="acknowledgement",
    name=_("We have your message"),
    texts={
        "en": ("Re: {{mail.subject}}", _EN),
        "bn": ("Re: {{mail.subject}}", _BN),
        "ta": ("Re: {{mail.subject}}", _TA),
    },
    fields={"mail.subject": _("Subject of the mail")},
    is_automatic=True,
)
