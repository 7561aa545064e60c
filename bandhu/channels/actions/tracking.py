"""Noting that mails are opened and their links followed, where the house, the account and the contact allow it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.channels.actions.outbox import facts_of
from bandhu.channels.events import MailClicked, MailOpened
from bandhu.channels.models import Mail, TrackedLink, Tracking
from bandhu.channels.queries.tracking import SETTING, may_track, tracking
from bandhu.identity.acting import action
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.models import Setting

MANAGE = "channels.manage_accounts"
# A program that shows a mail may load its picture several times.
ONE_LOOK = timedelta(seconds=60)


@action(MANAGE, on_record=False)
def set_tracking(mode: str, *, actor: Any) -> None:
    """Decide for the whole house, by a value of `Tracking`. Raises ValidationError. Each account and contact decides besides."""
    if mode not in Tracking.values:
        raise ValidationError({"mode": _("Choose one of the list.")})
    before = tracking()
    Setting.objects.update_or_create(name=SETTING, defaults={"value": mode})
    changes = {"tracking": (str(before.label), str(Tracking(mode).label))}
    record_change("changed", actor=actor, kind="setting", title=SETTING, changes=changes)


@transaction.atomic
def note_opening(link_id: UUID, *, is_program: bool) -> None:
    """The picture was loaded. Nothing is kept of who did it; a mail that may no longer be tracked counts nothing."""
    link = _locked(link_id)
    if link is None or link.target or not may_track(link.mail):
        return
    mail, now = link.mail, timezone.now()
    if is_program:
        _count(mail, looks_by_programs=F("looks_by_programs") + 1)
    elif mail.opened_at is None or now - mail.opened_at > ONE_LOOK:
        _count(mail, opens=F("opens") + 1, opened_at=now)
        if mail.opens == 0:
            publish(MailOpened(**facts_of(mail)))


@transaction.atomic
def follow_link(link_id: UUID, *, is_counted: bool) -> str:
    """Where the link leads, as it was stored when the mail was sent; "" for one there is none of. Counts where that is allowed."""
    link = _locked(link_id)
    if link is None or not link.target:
        return ""
    if is_counted and may_track(link.mail):
        mail, now = link.mail, timezone.now()
        TrackedLink.objects.filter(pk=link.pk).update(clicks=F("clicks") + 1, last_at=now)
        _count(mail, clicks=F("clicks") + 1, clicked_at=now)
        if mail.clicks == 0:
            publish(MailClicked(**facts_of(mail)))
    return link.target


def forget_openings(contact_id: UUID) -> None:
    """Whoever no longer agrees is not on record either. Links in their letters go on working."""
    mails = Mail.objects.filter(recipients__contact=contact_id)
    TrackedLink.objects.filter(mail__in=mails.values("pk")).update(clicks=0, last_at=None)
    Mail.objects.filter(pk__in=mails.values("pk")).update(
        opens=0, opened_at=None, clicks=0, clicked_at=None, looks_by_programs=0
    )


def _locked(link_id: UUID) -> TrackedLink | None:
    rows = TrackedLink.objects.select_related("mail__account").select_for_update(of=("self", "mail"))
    return rows.filter(pk=link_id).first()


def _count(mail: Mail, **columns: Any) -> None:
    Mail.objects.filter(pk=mail.pk).update(**columns)
