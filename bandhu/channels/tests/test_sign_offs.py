"""Signatures without a mark are folded away; what only looks like one, and was said to the reader, never is."""

import pytest

from bandhu.channels.folding import folded
from bandhu.channels.sign_offs import Sender
from bandhu.platform.html_cleaning import html_of_text, plain_text

RUPA = Sender("Rupa Das", "rupa@bandhu.example")
RAHIMA = Sender("রহিমা খাতুন", "rk@example.com")
RAVI = Sender("Ravi Kumar", "ravi.kumar@example.com")
SAID = "The rice came today."

SIGNED = [
    (RUPA, "Rupa Das"),
    (RUPA, "Rupa"),
    (RUPA, "Rupa Das\nHead of Purchasing\nBandhu Traders Ltd.\n+880 1711-000000\nwww.bandhu.example"),
    (RUPA, "Rupa Das\nvia mobile"),
    (RUPA, "Best regards,\nRupa"),
    (RUPA, "Thanks & Regards\n\nRupa Das\nManager"),
    (RUPA, "Thank you very much, Rupa"),
    (RUPA, "Kind regards\nRupa Das\nHouse 12, Road 5\nDhaka 1205\nTel: 01711-000000 | Mail: rupa@bandhu.example"),
    (RUPA, "------------------------\nMs Rupa Das\nbuys rice and sugar\nt. 01711-000000\nhttps://bandhu.example/"),
    (RUPA, "Rupa Das\n\nSent from my iPhone"),
    (Sender("", "john@example.com"), "John E. Doe, Ph.D.\nPresident\nXxx Research\njohn@example.com"),
    (Sender("Rahima Khatun", "rk@example.com"), "ধন্যবাদান্তে,\nরহিমা খাতুন"),
    (RAHIMA, "ধন্যবাদ\nরহিমা"),
    (RAHIMA, "ধন্যবাদ, রহিমা"),
    (RAHIMA, "শুভেচ্ছান্তে\nরহিমা খাতুন\nব্যবস্থাপক, খাতুন ট্রেডার্স\nফোন: ০১৭১১-০০০০০০"),
    (RAVI, "நன்றி,\nரவி குமார்"),
    (RAVI, "இப்படிக்கு\nரவி குமார்\nமேலாளர்\nதொலைபேசி: 044 2345 6789"),
    (Sender("Сергей Обухов", "s@example.com"), "С уважением,\nСергей Обухов"),
    (Sender("Jürgen Müller", "jm@example.de"), "Mit freundlichen Grüßen\nJürgen Müller"),
]  # fmt: skip


@pytest.mark.parametrize(("sender", "signature"), SIGNED)
def test_a_signature_without_a_mark_is_folded(sender, signature):
    found = folded(f"{SAID}\n\n{signature}\n", sender=sender)
    assert (found.visible, found.signature) == (SAID, signature)
    page = html_of_text(f"{SAID}\n\n{signature}")
    found = folded(html=page, sender=sender)
    assert plain_text(found.visible) == SAID and plain_text(found.signature).split() == signature.split()


def test_above_a_quotation_it_is_folded_too():
    found = folded(
        "Yes.\n\nThanks,\nRupa\n\nOn Mon, 2 Nov 2026, Rahima wrote:\n> Rice?\n> Rahima\n", sender=RUPA
    )
    assert (found.visible, found.signature) == ("Yes.", "Thanks,\nRupa")
    assert found.quoted.startswith("On Mon")


SHOWN = [
    # What is asked for, or where it is to go.
    (RUPA, "We need:\n\n- Rice\n- Sugar"),
    (RUPA, "We need:\n\n- Rice"),
    (RUPA, "Please send 5 kg to:\n\nRupa Das\nHouse 12, Road 5\nDhaka 1205\n01711-000000"),
    (RUPA, "Please deliver it to my home.\n\nRupa Das\nHouse 12, Road 5\nDhaka 1205\n01711-000000"),
    (RUPA, "Ship it to\n\nRupa Das\nBandhu Traders\n01711-000000"),
    (RUPA, "Please send the parcel to us.\n\nThanks,\nRupa Das\nHouse 12, Road 5\nDhaka 1205"),
    (RUPA, "Please call me.\n\nRupa Das\n01711-000000"),
    (RUPA, "Please call me.\n\nRegards,\nRupa\n01711-000000"),
    (RUPA, "Please call me.\n\nThanks!\n\nRupa\n01711-000000"),
    (RUPA, "This name goes on the box.\n\nRupa Das"),
    (RUPA, "My name is\n\nRupa Das"),
    (RUPA, "The card should read:\n\nThanks,\nRupa"),
    # Closings that close nothing.
    (RUPA, "Hello.\n\nRegards,\nRupa\n\nPS: the sugar is wet."),
    (RUPA, "Hello.\n\nThanks,\nRupa\nOrder 5512"),
    (RUPA, "Hello.\n\nThanks,\nRupa\nThe sugar is wet"),
    (RUPA, "Hello.\n\nThanks,\nRahima"),
    (RUPA, "Hello.\n\nRegards to your mother\nRupa"),
    (RUPA, "Hello.\n\nThanks!"),
    (RUPA, "Thanks,\nRupa"),
    (RUPA, "Hello.\n\nRupa Das\nplease call back"),
    (RUPA, "Hello.\n\nRupa Das\nUrgent"),
    (RUPA, "Who signed this?\n\nRupa Das?"),
    (RUPA, "Two came.\n\nRupa Das\nRahima Khatun"),
    # Forms and sums below a line of dashes.
    (RUPA, "A new order.\n----------\nName: Rupa Das\nPhone: 01711-000000\nQuantity: 5"),
    (RUPA, "The bill.\n----------\nRice 5 kg\nSugar 2 kg\n----------\nTk 1,250"),
    (RUPA, "Two parts.\n----------\nThe second part ends here"),
    (RUPA, "My account is this one.\n\nRupa Das\n1234 5678 9012 3456"),
    (RAHIMA, "আমাকে ফোন করুন।\n\nরহিমা খাতুন\nফোন: ০১৭১১-০০০০০০"),
    (RAHIMA, "এই ঠিকানায় পাঠান:\n\nরহিমা খাতুন\nবাড়ি ১২, রোড ৫"),
    (RAHIMA, "চাল ভেজা ছিল।\n\nধন্যবাদ\nরহিমা\nআবার পাঠাবেন"),
    (RAHIMA, "চাল ভেজা ছিল।\n\nইতি\nআপনার বিশ্বস্ত"),
    (RAHIMA, "চাল পেয়েছি, ধন্যবাদ।\nরহিমা বলছি চাল ভেজা"),
    (RAVI, "அரிசி வந்தது.\n\nநன்றி\nரவி\nமீண்டும் அனுப்பவும்"),
    (RAVI, "பெட்டியில் எழுத வேண்டியது இதோ வருகிறது\n\nரவி குமார்"),
    (RAVI, "என்னை அழைக்கவும்.\n\nரவி குமார்\n044 2345 6789"),
]


@pytest.mark.parametrize(("sender", "text"), SHOWN)
def test_what_was_said_to_the_reader_is_shown(sender, text):
    found = folded(text, sender=sender)
    assert (found.visible, found.hidden) == (text, "")
    assert folded(html=html_of_text(text), sender=sender).hidden == ""


def test_an_item_of_a_list_is_no_signature():
    found = folded(html="<p>We need rice.</p><ul><li>Rupa Das</li></ul>", sender=RUPA)
    assert found.hidden == ""


def test_who_is_not_named_signs_nothing():
    for sender in (Sender(), Sender("", "info@example.com"), Sender("Bandhu Traders", "sales@example.com")):
        assert folded(f"{SAID}\n\nBest regards,\nRupa", sender=sender).signature == ""


def test_fifteen_lines_are_the_longest():
    long = "\n".join(["Rupa Das", *["Manager"] * 14, "01711-000000"])
    assert folded(f"{SAID}\n\n{long}", sender=RUPA).signature == ""
    fits = "\n".join(["Rupa Das", *["Manager"] * 13, "01711-000000"])
    assert folded(f"{SAID}\n\n{fits}", sender=RUPA).signature == fits
