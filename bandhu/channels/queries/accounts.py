"""Which mail accounts there are for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from bandhu.channels.models import History, Intake, KeptMail, MailAccount, MailProvider, SigningKey
from bandhu.channels.reading import Place
from bandhu.channels.wire import wire_address
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.platform.models import StoredFile

MANAGE = "channels.manage_accounts"
MOST_SHOWN = 50


@dataclass(frozen=True)
class Past:
    """Of a folder's earlier mail `taken` of `found` are here."""

    folder: str
    taken: int
    found: int
    is_begun: bool
    is_whole: bool


def accounts(user: User) -> QuerySet[MailAccount]:
    """Those the user looks after: their own, and with leave to manage them those of teams and of the house."""
    seen = Q(owner=user.pk)
    if user.holds(MANAGE):
        seen |= Q(owner__isnull=True)
    return MailAccount.objects.filter(seen).select_related("owner", "team")


def account_for(user: User, pk: UUID | str) -> MailAccount:
    """One of them; raises OutOfReach."""
    found = accounts(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def kept_of(user: User, account: MailAccount | None) -> list[KeptMail]:
    """What could not be taken in of a mailbox the user looks after, the newest first; each with its bytes as `stored`."""
    if account is None or not may_manage(user, account):
        return []
    found = list(account.kept.order_by("-pk")[:MOST_SHOWN])
    stored = StoredFile.objects.in_bulk([one.raw for one in found if one.raw])
    for one in found:
        one.stored = stored.get(one.raw)  # type: ignore[attr-defined]
    return found


def past_of(account: MailAccount | None) -> list[Past]:
    """How far the past of each folder has come in; nothing where none is wanted."""
    if account is None or account.history == History.NONE:
        return []
    folders = [one for one in (account.folder, account.sent_folder) if one]
    places = ((folder, Place(**account.places.get(folder, {}))) for folder in folders)
    return [Past(folder, one.taken, one.found, one.past > 0, one.is_whole) for folder, one in places]


def sees_kept(user: Any, pk: UUID) -> bool:
    """Whether the user may have the bytes of a mail that was kept back."""
    found = KeptMail.objects.select_related("account").filter(pk=pk).first()
    return found is not None and may_manage(user, found.account)


def signing_keys(user: User) -> QuerySet[SigningKey]:
    """Every key the house signs its mails with. The caller has asked for leave to manage mailboxes."""
    return SigningKey.objects.all()


def signing_key_for(user: User, pk: UUID) -> SigningKey:
    """One of them; raises OutOfReach."""
    found = SigningKey.objects.filter(pk=pk).first() if user.holds(MANAGE) else None
    if found is None:
        raise OutOfReach
    return found


def domains_of_mailboxes(user: User) -> list[str]:
    """The domains our mailboxes are at, as DNS writes them."""
    addresses = MailAccount.objects.filter(owner__isnull=True).values_list("address", flat=True)
    return sorted({wire_address(one).rpartition("@")[2].lower() for one in addresses})


def may_manage(user: Any, account: MailAccount) -> bool:
    """A user's own mailbox is nobody else's affair, an administrator's neither."""
    return account.owner_id == user.pk if account.owner_id else bool(user.holds(MANAGE))


def sending_accounts(user: User) -> QuerySet[MailAccount]:
    """Those the user writes from, the best first: their own, the team's, the house's."""
    mine = Q(owner=user.pk) | Q(owner__isnull=True, team__isnull=True)
    if user.team_id:
        mine |= Q(team=user.team_id)
    closeness = Case(
        When(owner__isnull=False, then=Value(0)),
        When(team__isnull=False, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        MailAccount.objects.filter(mine, is_active=True)
        .exclude(smtp_host="")
        .order_by(closeness, "name", "pk")
    )


def sending_account_for(user: User, pk: UUID | str | None) -> MailAccount:
    """One to write from, the best when none is named; raises OutOfReach."""
    rows = sending_accounts(user)
    found = rows.filter(pk=pk).first() if pk else rows.first()
    if found is None:
        raise OutOfReach
    return found


def answering_mailboxes(user: User) -> list[MailAccount]:
    """Mailboxes of teams and of the house whose mail comes into the inbox: conversations live in them. Within the user's reach."""
    rows = MailAccount.objects.filter(owner__isnull=True, is_active=True, intake=Intake.CONVERSATIONS)
    if not user.holds(MANAGE) and not user.is_system:
        rows = rows.filter(Q(team__isnull=True) | Q(team=user.team_id))
    return list(rows.order_by("name", "pk"))


def providers(user: User) -> QuerySet[MailProvider]:
    """Those whose mailboxes are entered by a sign-in there: anybody who connects a mailbox chooses among them."""
    return MailProvider.objects.all()


def provider_for(user: User, pk: UUID | str) -> MailProvider:
    """One, for whoever may set mailboxes up; raises OutOfReach."""
    found = MailProvider.objects.filter(pk=pk).first() if user.holds(MANAGE) else None
    if found is None:
        raise OutOfReach
    return found


def mailbox_of_house(places: Sequence[UUID] = (), team_id: UUID | None = None) -> MailAccount | None:
    """The mailbox a letter goes out from that nobody writes by hand: one of `places` (where the exchange was), else the team's, else the house's."""
    rows = MailAccount.objects.filter(owner__isnull=True, is_active=True).exclude(smtp_host="").order_by("pk")
    known = {one.pk: one for one in rows.filter(pk__in=places)}
    used = next((known[pk] for pk in places if pk in known), None)
    own = rows.filter(team=team_id).first() if used is None and team_id else None
    return used or own or rows.filter(team=None).first()
