"""The exports of Freshdesk: the account's JSON (lists of tickets with their notes, users, companies), and tickets as its API tells them.

Built from its public documentation and tested with files of our own making. Each record of the account's export stands under a name of its
own ({"helpdesk_ticket": {…}}); the API gives them bare.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.customers.imports.foreign import ForeignFormat
from bandhu.service.importing.exports import (
    DELETED,
    NO_ID,
    Person,
    Said,
    Spool,
    Told,
    beginning_of,
    block,
    ident,
    lay_out,
    line,
    listed,
    object_of,
    words,
)

SOURCE = "freshdesk"
# The name around a record, or of its list or file → what it is.
_NAMED = {
    "helpdesk_ticket": "ticket", "ticket": "ticket", "tickets": "ticket", "user": "user", "users": "user", "contact": "user",
    "contacts": "user", "agent": "agent", "agents": "agent", "company": "company", "companies": "company",
    "customer": "company", "customers": "company", "group": "group", "groups": "group", "conversations": "note", "helpdesk_note": "note", "notes": "note",
}  # fmt: skip
# Its numbers for where a ticket stands, how urgent it is, and where it came from.
_STATUSES = {
    2: "open",
    3: "pending",
    4: "resolved",
    5: "closed",
    6: "waiting on customer",
    7: "waiting on third party",
}
_PRIORITIES = {1: "low", 2: "medium", 3: "high", 4: "urgent"}
_CHANNELS = {1: "mail", 2: "portal", 3: "phone", 7: "chat", 9: "form", 10: "mail", 13: "whatsapp"}
_MARKS = (b'"helpdesk_ticket"', b'"responder_id"', b'"helpdesk_', b"freshdesk.com", b'"fr_escalated"')


def fits(path: Path, start: bytes) -> bool:
    """By words that only its exports hold."""
    return any(one in beginning_of(path, start) for one in _MARKS)


def write_table(path: Path, target: Path) -> None:
    """Lay an export out as a table. Raises SourceProblem."""
    lay_out(path, target, _sort, _tell)


def _sort(spool: Spool, name: str, item: dict[str, Any]) -> None:
    name = name.rstrip("0123456789_- ")
    if len(item) == 1:
        around, inner = next(iter(item.items()))
        if isinstance(inner, dict):
            name, item = around, inner
    kind = _NAMED.get(name) or _kind_of(item)
    if kind == "ticket":
        spool.keep_ticket(item.get("display_id") or item.get("id"), item)
    elif kind == "note":
        spool.keep_said(item.get("ticket_id") or item.get("notable_id"), item.get("id"), item)
    elif kind == "agent":
        person = object_of(item.get("contact")) or object_of(item.get("user"))
        spool.keep("user", item.get("user_id") or item.get("id"), {**item, **person, "is_ours": True})
    elif kind:
        spool.keep(kind, item.get("id"), item)


def _kind_of(item: dict[str, Any]) -> str:
    if "requester_id" in item or "display_id" in item:
        return "ticket"
    if "ticket_id" in item and ("body" in item or "body_text" in item):
        return "note"
    if "domains" in item:
        return "company"
    return "user" if "email" in item and "name" in item else ""


def _tell(spool: Spool, item: dict[str, Any]) -> Told:
    requester = _person(spool, item, "requester")
    agent = _person(spool, item, "responder")
    times = object_of(item.get("stats")) or object_of(item.get("ticket_states"))
    key = ident(item.get("display_id")) or ident(item.get("id"))
    said = _said(spool, item, requester)
    is_gone = item.get("deleted") is True or item.get("spam") is True
    return Told(
        id=key,
        requester=requester,
        title=line(item.get("subject"), 1_000),
        status=_choice(item, "status", _STATUSES),
        priority=_choice(item, "priority", _PRIORITIES),
        type=line(item.get("type") or item.get("ticket_type"), 120),
        tags=_tags(item.get("tags")),
        assignee=agent.mail or agent.name,
        group=line(spool.thing("group", item.get("group_id")).get("name") or item.get("group_name"), 120),
        channel=_CHANNELS.get(item.get("source"), "") if isinstance(item.get("source"), int) else "",  # type: ignore[arg-type]
        opened=line(item.get("created_at")),
        answered=line(times.get("first_responded_at") or times.get("first_response_time"))
        or next((one.at for one in said if one.is_ours and not one.is_note), ""),
        solved=line(times.get("resolved_at")),
        closed=line(times.get("closed_at")),
        due=line(item.get("due_by")) if times.get("resolved_at") is None and not times.get("closed_at") else "",
        fields={
            line(str(name).removeprefix("cf_").replace("_", " "), 120).capitalize(): value
            for name, given in list(
                object_of(item.get("custom_fields") or item.get("custom_field")).items()
            )[:500]
            if (value := words(given))
        },
        said=said,
        trouble=DELETED if is_gone else "" if key else NO_ID,
    )  # fmt: skip


def _choice(item: dict[str, Any], name: str, numbers: dict[int, str]) -> str:
    """Its number in our words; a status of the account's own by its name."""
    value = item.get(name)
    if isinstance(value, int) and value in numbers:
        return numbers[value]
    return line(item.get(f"{name}_name"), 120) or line(value, 120)


def _tags(value: Any) -> list[str]:
    if not isinstance(value, list):
        return []
    return [found for one in value if (found := line(one.get("name") if isinstance(one, dict) else one, 60))]


def _person(spool: Spool, item: dict[str, Any], role: str) -> Person:
    key = item.get(f"{role}_id")
    found = object_of(item.get(role)) or spool.thing("user", key)
    person = _read(spool, found)
    person.id = person.id or ident(key)
    person.name = person.name or line(item.get(f"{role}_name"))
    if role == "requester":
        person.mail = person.mail or line(item.get("email"), 254)
        firm = object_of(item.get("company")) or spool.thing("company", item.get("company_id"))
        if firm:
            person.company, person.company_id = line(firm.get("name")), ident(firm.get("id"))
    return person


def _read(spool: Spool, found: dict[str, Any]) -> Person:
    firm = spool.thing("company", found.get("company_id") or found.get("customer_id")) if found else {}
    return Person(
        id=ident(found.get("id")),
        name=line(found.get("name")),
        mail=line(found.get("email"), 254),
        phone=line(found.get("mobile") or found.get("phone"), 60),
        company=line(firm.get("name")),
        company_id=ident(firm.get("id")),
        is_ours=found.get("is_ours") is True or found.get("helpdesk_agent") is True,
    )


def _said(spool: Spool, item: dict[str, Any], requester: Person) -> list[Said]:
    """What was asked, then the notes and answers in order. Where there is a text beside it, `body` and `description` are HTML."""
    opened = line(item.get("created_at"))
    asked = Said(
        "description", opened, requester.name, requester.mail,
        text=block(item.get("description_text")) or block(item.get("description")),
        html=block(item.get("description_html")) or (block(item.get("description")) if item.get("description_text") else ""),
        files=_files(item),
    )  # fmt: skip
    notes = listed(item.get("conversations")) or listed(item.get("notes"))
    notes = [object_of(one.get("helpdesk_note")) or one for one in notes]
    notes = notes or spool.said(item.get("id")) or spool.said(item.get("display_id"))
    found = [asked] if asked.text or asked.html or asked.files else []
    for number, one in enumerate(notes):
        who = _read(spool, spool.thing("user", one.get("user_id")))
        is_note = one.get("private") is True
        found.append(
            Said(
                id=ident(one.get("id")) or str(number),
                at=line(one.get("created_at")) or opened,
                by=who.name or who.mail or line(one.get("from_email"), 200),
                mail=who.mail,
                is_ours=is_note or one.get("incoming") is not True,
                is_note=is_note,
                text=block(one.get("body_text")) or block(one.get("body")),
                html=block(one.get("body_html")) or (block(one.get("body")) if one.get("body_text") else ""),
                files=_files(one),
            )
        )
    return found


def _files(item: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (
            line(one.get("name") or one.get("content_file_name")) or "file",
            line(one.get("attachment_url") or one.get("content_url"), 2_000),
        )
        for one in listed(item.get("attachments"))[:100]
    ]


FRESHDESK = ForeignFormat(
    name=SOURCE,
    title=_("Freshdesk export"),
    kind="tickets",
    source=SOURCE,
    has_tables=True,
    fits=fits,
    lay_out=write_table,
)
