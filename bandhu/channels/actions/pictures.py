"""A reader's word on pictures from outside."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bandhu.channels.models import AllowedPictures, Mail
from bandhu.identity.acting import action
from bandhu.platform.mail_addresses import mail_key

SEE = "channels.view_mail"


@action(SEE)
def allow_pictures(mail: Mail, *, actor: Any, of_sender: bool = False) -> None:
    """Fetch the pictures of this mail from now on, or of every mail from its sender, for the actor alone."""
    wanted = {"key": mail_key(mail.sender)} if of_sender and mail.sender else {"mail": mail}
    AllowedPictures.objects.get_or_create(user=actor, **wanted)


@action(SEE)
def block_pictures(mail: Mail, *, actor: Any) -> None:
    """No more, neither of this mail nor of its sender."""
    of_them = Q(mail=mail) | (Q(key=mail_key(mail.sender)) if mail.sender else Q(pk__in=[]))
    AllowedPictures.objects.filter(of_them, user=actor).delete()
