"""What Bandhu Traders tells its customers: a small help centre in three languages, written as Markdown beside this file."""

from __future__ import annotations

from pathlib import Path

from bandhu.identity.models import User
from bandhu.knowledge import actions
from bandhu.knowledge.markdown_files import MarkdownFile, read_file
from bandhu.knowledge.models import Article

_FOLDER = Path(__file__).parent / "data" / "articles"
# English, Bengali, Tamil name and text, icon
_SHELVES = (
    ("Getting started", "শুরু করা", "தொடங்குதல்", "The first day with a new machine", "নতুন মেশিনের প্রথম দিন", "புதிய இயந்திரத்துடன் முதல் நாள்", "rocket"),
    ("Machines", "মেশিন", "இயந்திரங்கள்", "Care, faults, warranty", "যত্ন, ত্রুটি, ওয়ারেন্টি", "பராமரிப்பு, பழுது, உத்தரவாதம்", "wrench"),
    ("Orders and payment", "অর্ডার ও টাকা দেওয়া", "ஆர்டர்களும் கட்டணமும்", "Delivery, invoices, instalments", "ডেলিভারি, চালান, কিস্তি", "விநியோகம், விலைப்பட்டியல், தவணை", "credit-card"),
)  # fmt: skip
_MISSED = (("visa for mechanics", "en", 3), ("কিস্তি সুদ", "bn", 5), ("spare pedal", "en", 7))
_NAMES = {"en": "Bandhu Traders", "bn": "বন্ধু ট্রেডার্স", "ta": "பந்து டிரேடர்ஸ்"}


def write_articles(actor: User) -> int:
    """Shelves, articles, what readers asked in vain; returns how many articles there are."""
    for position, (english, bengali, tamil, text_en, text_bn, text_ta, icon) in enumerate(_SHELVES):
        actions.create_category(
            actor=actor, names={"en": english, "bn": bengali, "ta": tamil}, texts={"en": text_en, "bn": text_bn, "ta": text_ta},
            icon=icon, position=position,
        )  # fmt: skip
    actions.change_help_centre(actor=actor, names=_NAMES, colour="#0f6b5c")
    taken = actions.take_in_articles(actor=actor, files=_files())
    for article in taken.created:
        for text in article.texts.all():
            actions.publish_text(article, actor=actor, language=text.language)
    _move_on(actor)
    for term, language, times in _MISSED:
        for _time in range(times):
            actions.note_missed(term, language)
    return len(taken.created)


def _move_on(actor: User) -> None:
    """One article has changed since it was translated, so that somebody sees what "behind" means."""
    article = Article.objects.get(texts__title="When does my order arrive?")
    body = article.texts.get(language="en").body.replace("three to five days", "two to four days")
    actions.write_text(article, actor=actor, language="en", body=body)
    actions.publish_text(article, actor=actor, language="en", note="The new courier is quicker")


def _files() -> list[MarkdownFile]:
    return [
        read_file(f"{one.parent.name}/{one.name}", one.read_text("utf-8"))
        for one in sorted(_FOLDER.glob("*/*.md"))
    ]
