"""The blind-copy address of a user: mail that goes there from any program is filed with the customers it was sent to.

"copies+<key>@firm.example": the key is made from the user's id and the installation's key, so that nobody can guess one.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.crypto import constant_time_compare, salted_hmac

from bandhu.channels.models import Intake, MailAccount
from bandhu.identity.models import User
from bandhu.platform.mail_addresses import mail_key

_SALT = "bandhu.channels.copies"


def copy_address(user: User) -> str:
    """The user's own; "" where the house has no mailbox for copies."""
    account = MailAccount.objects.filter(intake=Intake.COPIES, is_active=True).order_by("created_at").first()
    if account is None:
        return ""
    local, _at, domain = account.address.rpartition("@")
    return f"{local}+{_key_of(user)}@{domain}"


def user_behind(account: MailAccount, addresses: Iterable[str]) -> User | None:
    """Whose blind-copy address at `account` is among them."""
    local, _at, domain = account.key.rpartition("@")
    keys = set()
    for address in addresses:
        name, _at, place = mail_key(address).rpartition("@")
        if place == domain and name.startswith(f"{local}+"):
            keys.add(name.removeprefix(f"{local}+"))
    if not keys:
        return None
    users = User.objects.filter(is_active=True, is_system=False)
    return next((one for one in users if any(constant_time_compare(_key_of(one), key) for key in keys)), None)


def _key_of(user: User) -> str:
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").hexdigest()[:20]
