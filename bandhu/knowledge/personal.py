"""What knowledge knows about a person: to tell them, and to forget it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.knowledge.models import ArticleFeedback, PortalAccount, PortalSession


def accounts_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """The portal account and the browsers it was used from."""
    found: list[dict[str, Any]] = []
    for account in PortalAccount.objects.filter(contact=contact_id).order_by("pk"):
        sessions = PortalSession.objects.filter(account=account).order_by("pk")
        found.append(
            {
                "created_at": account.created_at.isoformat(),
                "language": account.language,
                "has_password": bool(account.password),
                "sessions": [
                    {"since": one.created_at.isoformat(), "last_seen_at": one.last_seen_at.isoformat(), "browser": one.browser}
                    for one in sessions
                ],
            }
        )  # fmt: skip
    return found


def forget_accounts(contact_id: UUID) -> None:
    """The account goes with its sessions and links."""
    PortalAccount.objects.filter(contact=contact_id).delete()


def feedback_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """What the person said about articles."""
    rows = ArticleFeedback.objects.filter(contact=contact_id).select_related("article").order_by("pk")
    return [
        {
            "article": one.article.title,
            "is_helpful": one.is_helpful,
            "comment": one.comment,
            "given_at": one.given_at.isoformat(),
        }
        for one in rows
    ]


def forget_feedback(contact_id: UUID) -> None:
    """That somebody was helped stays for the figures; who it was and what they wrote goes."""
    ArticleFeedback.objects.filter(contact=contact_id).update(contact=None, comment="")
