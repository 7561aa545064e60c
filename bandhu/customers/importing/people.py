"""The person a row of a file is about: somebody the book knows, never a new contact made of a bare name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from bandhu.customers.models import Contact
from bandhu.platform.sort_keys import sort_key


class People:
    """Contacts on which the actor holds `permission` (by default, whom they may see), by mail address and by name, looked up for a
    chunk of rows at once."""

    def __init__(self, actor: Any, words: Iterable[str], permission: str | None = None) -> None:
        wanted = {word for word in words if word}
        self.by_mail: dict[str, list[tuple[UUID, UUID | None]]] = defaultdict(list)
        self.by_name: dict[str, list[tuple[UUID, UUID | None]]] = defaultdict(list)
        if not wanted:
            return
        rows = Contact.objects.visible_to(actor, permission)
        mails = {word.casefold() for word in wanted if "@" in word}
        keys = {sort_key(word) for word in wanted if "@" not in word}
        for pk, company, mail in rows.filter(primary_mail__in=mails).values_list(
            "pk", "company_id", "primary_mail"
        ):
            self.by_mail[mail.casefold()].append((pk, company))
        for pk, company, name in rows.filter(sort_key__in=keys).values_list("pk", "company_id", "full_name"):
            self.by_name[name.casefold()].append((pk, company))

    def company_of(self, pk: UUID | None) -> UUID | None:
        """Where one of those found works."""
        known = (entry for entries in (*self.by_mail.values(), *self.by_name.values()) for entry in entries)
        return next((company for one, company in known if one == pk), None) if pk else None

    def find(self, word: str, company: UUID | None) -> UUID | None:
        """Who is meant: the one with this mail address, or the one of this name who works there (or nowhere); None where nobody is, or several."""
        found = self._called(word)
        there = [pk for pk, firm in found if firm == company] or [
            pk for pk, firm in found if firm is None or "@" in word
        ]
        return there[0] if len(there) == 1 else None

    def only(self, word: str) -> UUID | None:
        """The one with this mail address or of this name, wherever they work; None where nobody is, or several."""
        found = self._called(word)
        return found[0][0] if len(found) == 1 else None

    def _called(self, word: str) -> list[tuple[UUID, UUID | None]]:
        return self.by_mail.get(word.casefold()) or self.by_name.get(word.casefold(), [])
