import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.mail_addresses import MailAddressError, is_free_mail_domain, mail_key, parse_mail_address


@pytest.mark.parametrize(
    "text",
    [
        "Karim@Example.com",
        "  karim@example.com\u200b ",
        "Abdul Karim <KARIM@example.com>",
        "mailto:karim@example.com?subject=x",
        "karim@example.com;",
    ],
)
def test_one_mailbox_however_written_has_one_key(text):
    assert parse_mail_address(text).key == "karim@example.com"


def test_the_address_is_shown_as_written_and_the_name_kept():
    found = parse_mail_address('"আব্দুল করিম" <Karim@Example.com>')
    assert (found.address, found.name, found.domain) == ("Karim@example.com", "আব্দুল করিম", "example.com")


def test_addresses_in_other_scripts_and_their_ascii_form_are_one():
    native = parse_mail_address("করিম@উদাহরণ.বাংলা")
    assert native.address == "করিম@উদাহরণ.বাংলা"
    assert parse_mail_address("k@xn--d5b6ci4b4b3a.xn--54b7fta0cc").key == "k@উদাহরণ.বাংলা"
    assert mail_key("বড়ুয়া@example.com") == mail_key("বড়ুয়া@example.com")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("\u200b", "empty"),
        ("karim", "no_at_sign"),
        ("karim@localhost", "domain"),
        ("karim@[127.0.0.1]", "domain"),
        ("karim@exam ple.com", "not_an_address"),
        ("a..b@example.com", "not_an_address"),
        ("a@b.com, c@d.com", "not_an_address"),
        ("k" * 65 + "@example.com", "too_long"),
        ("k@" + "e" * 600 + ".com", "too_long"),
    ],
)
def test_refusals_say_why(text, code):
    with pytest.raises(MailAddressError) as refused:
        parse_mail_address(text)
    assert refused.value.code == code
    assert str(refused.value.message)


def test_free_mail_says_nothing_about_the_employer():
    assert is_free_mail_domain("Gmail.com")
    assert not is_free_mail_domain("example.com")


@given(st.text(max_size=120) | st.emails())
def test_any_text_is_read_or_refused_and_reading_again_changes_nothing(text):
    try:
        found = parse_mail_address(text)
    except MailAddressError:
        return
    again = parse_mail_address(found.address)
    assert (again.address, again.key) == (found.address, found.key)
