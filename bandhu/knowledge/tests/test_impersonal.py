"""What was said to one customer, without the customer."""

import pytest

from bandhu.knowledge.impersonal import impersonal


@pytest.mark.parametrize(
    ("said", "names", "left"),
    [
        ("Dear Ms Rao,\n\nYour refund comes.\n\nKind regards\nRupa Das", ["Rupa Das"], "Your refund comes."),
        ("Hello, where is my order?", [], "Hello, where is my order?"),
        ("Write to me at anika.r@example.co.uk, please.", [], "Write to me at [address], please."),
        ("Call +880 1712-345678 or ০১৭১২৩৪৫৬৭৮.", [], "Call [number] or [number]."),
        ("It costs 12,500 BDT in 2026.", [], "It costs 12,500 BDT in 2026."),
        ("See https://shop.example/orders/81723?key=abc", [], "See https://shop.example"),
        ("Anika Rahman and ANIKA asked Ann.", ["Anika Rahman"], "[name] and [name] asked Ann."),
        ("রহিমার টাকা রহিমা খাতুন পেয়েছেন।", ["রহিমা খাতুন"], "[name] টাকা [name] পেয়েছেন।"),
        ("முருகனுக்கு அனுப்பினோம்.", ["முருகன்"], "[name] அனுப்பினோம்."),
        ("প্রিয় রহিমা,\nফেরত হবে।\nধন্যবাদ\nরূপা", ["রূপা"], "ফেরত হবে।"),
    ],
)
def test_who_it_was_is_left_out(said, names, left):
    assert impersonal(said, names) == left


def test_a_company_goes_as_a_whole():
    said = "Padma Textiles Ltd sells textiles. padma textiles ltd pays late."
    assert impersonal(said, [], ["Padma Textiles Ltd"]) == "[name] sells textiles. [name] pays late."


def test_nothing_to_take_out_changes_nothing():
    assert impersonal("One line.\n\nAnother.", ["", " "]) == "One line.\n\nAnother."
