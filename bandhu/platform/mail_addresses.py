"""Mail addresses: read as people write them, matched by a normalised key, shown in their own script. Nothing is asked of the network."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email

MAX_ADDRESS = 254

ERRORS: dict[str, Promise] = {
    "empty": _("There is no mail address."),
    "no_at_sign": _("A mail address has one @ sign, for example name@example.com."),
    "domain": _("The part after the @ sign is not the name of a place on the internet."),
    "too_long": _("The mail address is too long."),
    "not_an_address": _("This is not a mail address. Check it for spaces, commas and missing letters."),
}


class MailAddressError(ValueError):
    """A text that is no mail address: `code` for programs (a key of ERRORS), `message` translated for people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = ERRORS[code]


@dataclass(frozen=True)
class MailAddress:
    """`address` as shown (international domains in their script), `key` to match by, `name` where one stood before it."""

    address: str
    key: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The domain, in its own script and lower case."""
        return self.key.rpartition("@")[2]


def parse_mail_address(text: str) -> MailAddress:
    """Read one address: alone, in angle brackets after a name, or as a mailto: link. Raises MailAddressError with a code of ERRORS."""
    cleaned = _cleaned(text)
    if not cleaned:
        raise MailAddressError("empty")
    if len(cleaned) > MAX_ADDRESS * 2:
        raise MailAddressError("too_long")
    if "@" not in cleaned:
        raise MailAddressError("no_at_sign")
    try:
        found = validate_email(
            cleaned, check_deliverability=False, allow_display_name=True, test_environment=True, strict=True
        )
    except EmailNotValidError:
        raise MailAddressError(_refusal(cleaned)) from None
    return MailAddress(found.normalized, mail_key(found.normalized), found.display_name or "")


@lru_cache(maxsize=8192)
def mail_key(address: str) -> str:
    """What two spellings of one mailbox share: folded case, one Unicode form. For text that is no address, the folded text."""
    return unicodedata.normalize("NFC", address.strip()).casefold()


def is_free_mail_domain(domain: str) -> bool:
    """Whether anybody can have an address there: such a domain says nothing about the employer."""
    return domain.casefold() in _FREE_DOMAINS


def _cleaned(text: str) -> str:
    printable = "".join(character for character in text if character.isprintable() or character == " ")
    stripped = printable.strip().rstrip(".,;")
    return stripped[7:].partition("?")[0] if stripped[:7].lower() == "mailto:" else stripped


def _refusal(text: str) -> str:
    local, _at, domain = text.rpartition("@")
    if len(text) > MAX_ADDRESS or len(local) > 64:
        return "too_long"
    if local and ("." not in domain or domain.startswith((".", "[")) or ".." in domain):
        return "domain"
    return "not_an_address"


_FREE_DOMAINS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "ymail.com",
        "rocketmail.com",
        "yahoo.co.in",
        "yahoo.in",
        "yahoo.co.uk",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "protonmail.com",
        "proton.me",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "mail.com",
        "mail.ru",
        "yandex.com",
        "yandex.ru",
        "zoho.com",
        "rediffmail.com",
        "sify.com",
        "qq.com",
        "163.com",
        "126.com",
        "naver.com",
    ]
)
