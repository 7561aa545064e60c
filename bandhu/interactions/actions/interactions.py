"""Writing the timeline: every exchange with a customer comes through `log_interaction`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.actions import touch_customer
from bandhu.customers.models import Company, Contact
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.interactions.events import InteractionLogged, InteractionRemoved
from bandhu.interactions.models import Interaction, Participant
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.ids import new_id
from bandhu.platform.live import hint
from bandhu.platform.registries import timeline_kinds

# Clocks differ a little between machines; more than this is a mistake.
CLOCK_SLACK = timedelta(minutes=10)
# Beyond this a body is kept whole but only its beginning is searched (PostgreSQL's limit is 1 MB of lexemes).
SEARCHED_CHARACTERS = 200_000
MAX_BODY = 2_000_000


@dataclass(frozen=True)
class Person:
    """Somebody who took part besides the customer: one of the three is set."""

    contact: Contact | None = None
    user: User | None = None
    address: str = ""
    role: str = ""


@action("interactions.log_interaction")
def log_interaction(
    customer: Contact | Company,
    *,
    actor: User,
    kind: str,
    channel: str = "",
    direction: str = Interaction.Direction.NONE,
    occurred_at: datetime | None = None,
    subject: str = "",
    body: str = "",
    is_html: bool = False,
    outcome: str = "",
    department: str = "",
    seconds: int | None = None,
    people: Iterable[Person] = (),
    details: dict[str, Any] | None = None,
    source: str = "",
    external_id: str = "",
    touches: bool = True,
    only_for: User | None = None,
) -> Interaction:
    """Put one exchange with `customer` on the timeline.

    With `only_for` nobody else sees it there or finds it. With `touches=False` it is news about the customer, not contact with them: "last contact" stays as it was.

    `occurred_at` is an aware moment, now by default, never in the future. HTML is cleaned before it is kept.
    With `source` and `external_id` a second call gives back the first one's interaction.
    Raises ValidationError by field.
    """
    at = _checked_moment(occurred_at)
    _check(kind, subject, body)
    if external_id and (known := _known(source, external_id)):
        return known
    interaction = interaction_row(
        customer,
        at,
        kind=kind,
        channel=channel,
        direction=direction,
        actor=None if actor.is_system else actor,
        subject=subject,
        body=clean_html(body) if is_html else body,
        is_html=is_html,
        outcome=outcome,
        department=department,
        seconds=seconds,
        details=details or {},
        source=source,
        external_id=external_id,
        only_for=only_for,
    )
    interaction.save(force_insert=True)
    Participant.objects.bulk_create(participants_of(interaction, people))
    tell_of_entry(interaction, actor, touches=touches)
    publish(logged_event(interaction), actor=actor)
    return interaction


def interaction_row(customer: Contact | Company, at: datetime, **values: Any) -> Interaction:
    """An entry as it is written, unsaved; HTML is clean already."""
    subject, body = values.pop("subject", "").strip(), values.pop("body", "")
    outcome = values.pop("outcome", "").strip()
    text = plain_text(body, is_clean=True) if values.get("is_html") else body
    # A contact's company is known by its id: nothing else of it is wanted.
    with_whom: dict[str, Any] = (
        {"company": customer}
        if isinstance(customer, Company)
        else {"contact": customer, "company_id": customer.company_id}
    )
    return Interaction(
        id=new_id(at),
        occurred_at=at,
        subject=subject,
        body=body.strip(),
        outcome=outcome,
        words=_words_of(subject, outcome, text),
        **with_whom,
        **values,
    )


def participants_of(interaction: Interaction, people: Iterable[Person]) -> list[Participant]:
    """Those who took part, unsaved."""
    return [
        Participant(
            interaction=interaction,
            contact=person.contact,
            user=person.user,
            address=person.address,
            role=person.role,
        )
        for person in people
    ]


def tell_of_entry(interaction: Interaction, actor: User, *, touches: bool) -> None:
    """The customer's last contact, open pages and the audit trail, of an entry that was written."""
    if touches:  # open pages of both are told by this
        touch_customer(
            contact_id=interaction.contact_id,
            company_id=interaction.company_id,
            at=interaction.occurred_at,
            by=interaction.actor,
        )
    else:
        _hint(interaction)
    _record(interaction, actor, "logged")


def logged_event(interaction: Interaction) -> InteractionLogged:
    return InteractionLogged(
        interaction_id=str(interaction.pk),
        contact_id=_text(interaction.contact_id),
        company_id=_text(interaction.company_id),
        kind=interaction.kind,
        channel=interaction.channel,
        direction=interaction.direction,
    )


@dataclass(frozen=True)
class Entry:
    """News of a customer that came in with many others: an enquiry of a file. `external_id` is its name within the source."""

    contact_id: UUID | None
    company_id: UUID | None
    occurred_at: datetime
    external_id: str
    subject: str
    body: str = ""
    outcome: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@action("interactions.log_interaction", on_record=False)
def log_many(entries: Sequence[Entry], *, actor: User, kind: str, direction: str, source: str) -> None:
    """Put many entries on the timeline at once, where whoever brings them in tells of them as a whole: without a trail and an event of each.

    The caller sees to it that each comes once. "Last contact" stays as it was: a file tells of the past.
    """
    Interaction.objects.bulk_create(
        [
            Interaction(
                id=new_id(one.occurred_at),
                kind=kind,
                direction=direction,
                occurred_at=one.occurred_at,
                contact_id=one.contact_id,
                company_id=one.company_id,
                actor=None if actor.is_system else actor,
                subject=one.subject.strip()[:300],
                body=one.body.strip()[:MAX_BODY],
                outcome=one.outcome.strip()[:120],
                details=one.details,
                source=source,
                external_id=one.external_id,
                words=_words_of(one.subject, one.outcome, one.body),
            )
            for one in entries
        ],
        batch_size=1_000,
    )


def forget_entries(source: str, external_ids: Sequence[str]) -> int:
    """Take back what `log_many` has put there, whole: the import it came with is undone. Returns how many."""
    rows = Interaction.objects.filter(source=source, external_id__in=list(external_ids))
    return rows.delete()[0]


def note_outcome(interaction: Interaction, *, outcome: str) -> None:
    """What became of something the service itself has put on the timeline; for those who read, and for the search."""
    interaction.outcome = outcome.strip()[:120]
    interaction.words = _words_of(
        interaction.subject,
        interaction.outcome,
        plain_text(interaction.body) if interaction.is_html else interaction.body,
    )
    interaction.save(update_fields=["outcome", "words"])
    _hint(interaction)


@action("interactions.delete_interaction")
def remove_interaction(interaction: Interaction, *, actor: User) -> None:
    """Take it off the timeline; `restore_interaction` brings it back."""
    interaction.deleted_at = timezone.now()
    interaction.save(update_fields=["deleted_at"])
    _record(interaction, actor, "deleted")
    _hint(interaction)
    publish(
        InteractionRemoved(
            interaction_id=str(interaction.pk),
            contact_id=_text(interaction.contact_id),
            company_id=_text(interaction.company_id),
        ),
        actor=actor,
    )


@action("interactions.delete_interaction")
def restore_interaction(interaction: Interaction, *, actor: User) -> None:
    """Undo `remove_interaction`."""
    interaction.deleted_at = None
    interaction.save(update_fields=["deleted_at"])
    _record(interaction, actor, "restored")
    _hint(interaction)


def _words_of(subject: str, outcome: str, text: str) -> SearchVector:
    return SearchVector(Value(f"{subject}\n{outcome}\n{text[:SEARCHED_CHARACTERS]}"), config="simple")


def _checked_moment(given: datetime | None) -> datetime:
    now = timezone.now()
    if given is None:
        return now
    if given > now + CLOCK_SLACK:
        raise ValidationError(
            {"occurred_at": _("This lies in the future. Plan a follow-up for what is still to come.")}
        )
    if given.year < 1970:
        raise ValidationError({"occurred_at": _("This is before 1970.")})
    return given


def _check(kind: str, subject: str, body: str) -> None:
    errors = {}
    if kind not in timeline_kinds:
        errors["kind"] = _("There is no kind of interaction called “%(kind)s”.") % {"kind": kind[:40]}
    if len(subject) > 300:
        errors["subject"] = _("At most 300 characters; put the rest into the text.")
    if len(body) > MAX_BODY:
        errors["body"] = _("This text is too long; attach it as a file.")
    if "\x00" in subject + body:
        errors["body"] = _("The text contains characters that cannot be stored.")
    if errors:
        raise ValidationError(errors)


def _known(source: str, external_id: str) -> Interaction | None:
    """The interaction already logged for this foreign id; a lock makes simultaneous callers wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{source}\n{external_id}"])
    return Interaction.objects.filter(source=source, external_id=external_id).first()


def _record(interaction: Interaction, actor: User, verb: str) -> None:
    """Into the audit trail, under its subject or the customer's name: what was said may be erased, the trail not."""
    subject = "" if interaction.only_for_id else interaction.subject
    title = subject or str(interaction.contact or interaction.company or "")
    record_change(verb, actor=actor, kind="interaction", record_id=interaction.pk, title=title)


def _hint(interaction: Interaction) -> None:
    topics = (("contact", interaction.contact_id), ("company", interaction.company_id))
    hint(*(f"{kind}:{pk}" for kind, pk in topics if pk))


def _text(value: Any) -> str | None:
    return str(value) if value else None
