"""What happens to quotes and orders. Amounts are minor units of `currency`; ids are texts."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class _Quote:
    quote_id: str
    number: str
    title: str
    contact_id: str | None
    company_id: str | None
    opportunity_id: str | None
    owner_id: str | None
    amount_minor: int | None
    currency: str


@dataclass(frozen=True, kw_only=True)
class QuoteCreated(_Quote, Event, name="quotes.quote_created", sentence=_("A quote was created")):
    pass


@dataclass(frozen=True, kw_only=True)
class QuoteChanged(_Quote, Event, name="quotes.quote_changed", sentence=_("A quote was changed")):
    """`fields` are the names of what changed; values are in the audit trail."""

    version: int
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class QuoteApprovalAsked(
    _Quote, Event, name="quotes.approval_asked", sentence=_("A quote waits for approval")
):
    """`discount` is the highest of its lines, in percent; `limit` what the one who asks may give."""

    discount: str
    limit: str


@dataclass(frozen=True, kw_only=True)
class QuoteApproved(_Quote, Event, name="quotes.approved", sentence=_("A quote was approved")):
    discount: str


@dataclass(frozen=True, kw_only=True)
class QuoteApprovalRefused(
    _Quote, Event, name="quotes.approval_refused", sentence=_("The approval of a quote was refused")
):
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteSent(_Quote, Event, name="quotes.sent", sentence=_("A quote was sent")):
    """`ordinal` is the number of the version."""

    ordinal: int
    valid_until: str | None


@dataclass(frozen=True, kw_only=True)
class QuoteAsked(_Quote, Event, name="quotes.asked", sentence=_("A customer asked about a quote")):
    question: str
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class QuoteAccepted(_Quote, Event, name="quotes.accepted", sentence=_("A quote was accepted")):
    """`signed_name` is the typed signature, `document_hash` the SHA-256 of what was signed."""

    order_id: str
    ordinal: int
    signed_name: str
    document_hash: str


@dataclass(frozen=True, kw_only=True)
class QuoteDeclined(_Quote, Event, name="quotes.declined", sentence=_("A quote was declined")):
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteExpired(_Quote, Event, name="quotes.expired", sentence=_("A quote ran out")):
    pass


@dataclass(frozen=True, kw_only=True)
class QuoteDeleted(_Quote, Event, name="quotes.quote_deleted", sentence=_("A quote was moved to the bin")):
    pass


@dataclass(frozen=True, kw_only=True)
class QuoteRestored(
    _Quote, Event, name="quotes.quote_restored", sentence=_("A quote came back from the bin")
):
    pass


@dataclass(frozen=True, kw_only=True)
class _Order:
    order_id: str
    number: str
    title: str
    quote_id: str | None
    contact_id: str | None
    company_id: str | None
    opportunity_id: str | None
    owner_id: str | None
    amount_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(_Order, Event, name="quotes.order_placed", sentence=_("An order was placed")):
    pass


@dataclass(frozen=True, kw_only=True)
class OrderChanged(_Order, Event, name="quotes.order_changed", sentence=_("An order was changed")):
    """`fields` are names of what changed; own fields as custom.<key>."""

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(_Order, Event, name="quotes.order_cancelled", sentence=_("An order was cancelled")):
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteTemplateChanged(
    Event, name="quotes.template_changed", sentence=_("A template of quotes was set up")
):
    """`change` is created or changed; `fields` are the names of what changed, values are in the audit trail."""

    template_id: str
    title: str
    version: int
    change: str
    fields: list[str] = field(default_factory=list)
