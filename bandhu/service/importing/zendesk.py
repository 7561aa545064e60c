"""The exports of Zendesk: tickets, users, organizations and comments as JSON, a record a line or a page of its incremental API.

Built from its public documentation and tested with files of our own making. Records are told apart by the name of the list or file they
stand in, else by what they hold.
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

SOURCE = "zendesk"
# The name of a list or file → what its records are.
_NAMED = {
    "tickets": "ticket", "ticket": "ticket", "users": "user", "user": "user", "organizations": "organization",
    "organization": "organization", "comments": "comment", "ticket_comments": "comment", "ticket_fields": "field",
    "ticket_metrics": "metric", "metric_sets": "metric", "ticket_events": "event", "groups": "group",
}  # fmt: skip
_CHANNELS = {
    "email": "mail", "web": "form", "web form": "form", "web_form": "form", "chat": "chat", "messaging": "chat",
    "native_messaging": "chat", "web_widget": "form", "voice": "phone", "phone": "phone", "sms": "sms", "whatsapp": "whatsapp",
    "facebook": "messenger", "telegram": "telegram", "help_center": "portal",
}  # fmt: skip
_OF_STAFF = ("agent", "admin")
_MARKS = (b'"requester_id"', b'"requester"', b"zendesk.com", b'"ticket_events"', b'"organizations"')


def fits(path: Path, start: bytes) -> bool:
    """By words that only its exports hold; those of the other service desk have their own."""
    begins = beginning_of(path, start)
    return any(one in begins for one in _MARKS) and not any(
        one in begins for one in (b'"responder_id"', b'"helpdesk_', b"freshdesk.com")
    )


def write_table(path: Path, target: Path) -> None:
    """Lay an export out as a table. Raises SourceProblem."""
    lay_out(path, target, _sort, _tell)


def _sort(spool: Spool, name: str, item: dict[str, Any]) -> None:
    kind = _NAMED.get(name) or _kind_of(item)
    if kind == "ticket":
        spool.keep_ticket(item.get("id"), item)
    elif kind == "comment":
        spool.keep_said(item.get("ticket_id"), item.get("id"), item)
    elif kind == "event":
        for one in listed(item.get("child_events")):
            if one.get("event_type") == "Comment" or "body" in one:
                said = {"created_at": item.get("created_at")} | one
                spool.keep_said(item.get("ticket_id"), one.get("id"), said)
    elif kind == "metric":
        spool.keep(kind, item.get("ticket_id"), item)
    elif kind:
        spool.keep(kind, item.get("id"), item)


def _kind_of(item: dict[str, Any]) -> str:
    """What a record is, by what only such records hold; "" for what is none of ours."""
    if "requester_id" in item or "requester" in item:
        return "ticket"
    if "child_events" in item:
        return "event"
    if "ticket_id" in item:
        return "metric" if "reply_time_in_minutes" in item else "comment"
    if "domain_names" in item:
        return "organization"
    if "role" in item and ("email" in item or "name" in item):
        return "user"
    return "field" if "raw_title" in item else ""


def _tell(spool: Spool, item: dict[str, Any]) -> Told:
    requester = _person(spool, item, "requester")
    firm = object_of(item.get("organization")) or spool.thing("organization", item.get("organization_id"))
    if firm:
        requester.company, requester.company_id = line(firm.get("name")), ident(firm.get("id"))
    metric = object_of(item.get("metric_set")) or spool.thing("metric", item.get("id"))
    assignee = _person(spool, item, "assignee")
    channel = line(object_of(item.get("via")).get("channel"), 30).lower()
    status = line(item.get("status"), 60)
    said = _said(spool, item, requester)
    return Told(
        id=ident(item.get("id")),
        requester=requester,
        title=line(item.get("subject") or item.get("raw_subject"), 1_000),
        status=status,
        priority=line(item.get("priority"), 60),
        type=line(item.get("type"), 120),
        tags=[line(one, 60) for one in item.get("tags") or [] if line(one)]
        if isinstance(item.get("tags"), list)
        else [],
        assignee=assignee.mail or assignee.name,
        group=line(
            spool.thing("group", item.get("group_id")).get("name")
            or object_of(item.get("group")).get("name"),
            120,
        ),
        channel=_CHANNELS.get(channel, channel),
        opened=line(item.get("created_at")),
        answered=next((one.at for one in said if one.is_ours and not one.is_note), ""),
        solved=line(metric.get("solved_at")),
        due=line(item.get("due_at")),
        reopened=line(metric.get("reopens")),
        fields=_fields(spool, item),
        said=said,
        trouble=DELETED if status == "deleted" else "" if ident(item.get("id")) else NO_ID,
    )


def _person(spool: Spool, item: dict[str, Any], role: str) -> Person:
    """Whole in the ticket, or by its number among the users."""
    key = item.get(f"{role}_id")
    found = object_of(item.get(role)) or spool.thing("user", key)
    person = _read(found)
    person.id = person.id or ident(key)
    firm = spool.thing("organization", found.get("organization_id")) if found else {}
    person.company, person.company_id = line(firm.get("name")), ident(firm.get("id"))
    return person


def _read(found: dict[str, Any]) -> Person:
    return Person(
        id=ident(found.get("id")),
        name=line(found.get("name")),
        mail=line(found.get("email"), 254),
        phone=line(found.get("phone"), 60),
        is_ours=found.get("role") in _OF_STAFF,
    )


def _said(spool: Spool, item: dict[str, Any], requester: Person) -> list[Said]:
    comments = listed(item.get("comments")) or spool.said(item.get("id"))
    people: dict[str, Person] = {requester.id: requester} if requester.id else {}
    found = []
    for number, one in enumerate(comments):
        author = ident(one.get("author_id")) or ident(object_of(one.get("author")).get("id"))
        if author not in people:
            people[author] = _read(object_of(one.get("author")) or spool.thing("user", author))
        who = people[author]
        is_note = one.get("public") is False
        # Somebody the export does not tell of: who is not the one who asked is one of us, when there is nothing to say otherwise.
        is_ours = who.is_ours or is_note or (not (who.name or who.mail) and author != requester.id)
        found.append(
            Said(
                id=ident(one.get("id")) or str(number),
                at=line(one.get("created_at")) or line(item.get("created_at")),
                by=who.name or who.mail,
                mail=who.mail,
                is_ours=is_ours,
                is_note=is_note,
                text=block(one.get("plain_body")) or block(one.get("body")),
                html=block(one.get("html_body")),
                files=_files(one),
            )
        )
    if not found and (text := block(item.get("description"))):
        found.append(
            Said("description", line(item.get("created_at")), requester.name, requester.mail, text=text)
        )
    return found


def _files(comment: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (line(one.get("file_name")) or "file", line(one.get("content_url"), 2_000))
        for one in listed(comment.get("attachments"))[:100]
    ]


def _fields(spool: Spool, item: dict[str, Any]) -> dict[str, str]:
    """Own fields by their titles; by their numbers where the export does not tell how they are called."""
    found = {}
    for one in listed(item.get("custom_fields") or item.get("fields"))[:500]:
        if value := words(one.get("value")):
            title = line(spool.thing("field", one.get("id")).get("title"), 120)
            found[title or f"Field {ident(one.get('id'))}"] = value
    rating = object_of(item.get("satisfaction_rating")).get("score")
    if line(rating) not in ("", "unoffered", "offered"):
        found["Satisfaction"] = line(rating)
    if ident(item.get("problem_id")):
        found["Problem"] = ident(item.get("problem_id"))
    return found


ZENDESK = ForeignFormat(
    name=SOURCE,
    title=_("Zendesk export"),
    kind="tickets",
    source=SOURCE,
    has_tables=True,
    fits=fits,
    lay_out=write_table,
)
