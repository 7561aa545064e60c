"""REST: quotes with their lines, and what happens to them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.channels.paper_mails import PaperMailIn, PaperMailOut, send_by_rest
from bandhu.platform import custom_fields
from bandhu.platform.file_answers import described, made_answer
from bandhu.platform.listing import listing_for
from bandhu.platform.pdf import PaperError
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import (
    Day,
    Given,
    ListIn,
    PageOf,
    YesNo,
    answers,
    filter_tree,
    page_of,
    wanted_version,
    with_version,
)
from bandhu.quotes import actions, queries
from bandhu.quotes.api.shapes import QuoteLineOut, SumsOut, shaped_line, sums_of
from bandhu.quotes.models import Quote, QuoteVersion
from bandhu.quotes.paper_to_send import quote_to_send
from bandhu.quotes.papers import quote_pdf
from bandhu.sales.api.amounts import AmountIO, money_of

router = Router()
Ordinal = Annotated[int | None, Query(ge=1, le=100_000)]
KIND = "quote"
_LINKS = ("contact", "company", "opportunity", "price_book", "template", "owner", "team")


class QuoteLineIn(Given):
    """A product or a name is needed. Without `unit_price` the price book's counts; `id` names the line it replaces.

    `recurs` makes it come again, `times` periods in all (0: until cancelled); without both it is as its product is usually sold.
    """

    id: UUID | None = None
    product_id: UUID | None = None
    name: str = Field("", max_length=300)
    description: str | None = None
    quantity: Decimal = Decimal(1)
    unit: str = Field("", max_length=3)
    unit_price: AmountIO | None = None
    discount: Decimal = Field(Decimal(0), ge=0, le=100)
    tax_class: str | None = Field(None, max_length=40)
    recurs: Literal["", "month", "quarter", "year"] | None = None
    times: int | None = Field(None, ge=0, le=1_200)


class QuoteOut(Schema):
    """`amount` is the total with tax of the newest version; `ordinal` its number."""

    id: UUID
    version: int
    number: str
    title: str
    state: str
    ordinal: int
    contact_id: UUID | None
    company_id: UUID | None
    opportunity_id: UUID | None
    language: str
    country: str
    amount: AmountIO
    base_amount_minor: int | None
    valid_until: date | None
    sent_at: datetime | None
    first_read_at: datetime | None
    decided_at: datetime | None
    decline_reason: str
    owner_id: UUID | None
    team_id: UUID | None
    custom: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    url: str


class WholeQuoteOut(QuoteOut):
    """One quote with its lines and sums, as the server reckoned them. `public_url` is what the customer gets, "" before sending."""

    introduction: str
    terms: str
    price_book_id: UUID | None
    template_id: UUID | None
    wins_opportunity: bool
    document_hash: str
    public_url: str
    lines: list[QuoteLineOut]
    sums: SumsOut


class QuotePatch(Given):
    """What is sent is changed; `lines` as a whole. Only drafts can be changed."""

    title: str | None = Field(None, max_length=300)
    contact_id: UUID | None = None
    company_id: UUID | None = None
    language: str | None = Field(None, max_length=12)
    country: str | None = Field(None, max_length=2)
    currency: str | None = Field(None, min_length=3, max_length=3)
    price_book_id: UUID | None = None
    template_id: UUID | None = None
    owner_id: UUID | None = None
    team_id: UUID | None = None
    valid_until: Day | None = None
    introduction: str | None = None
    terms: str | None = None
    wins_opportunity: YesNo | None = None
    custom: dict[str, Any] | None = None
    lines: list[QuoteLineIn] | None = Field(None, max_length=1_000)


class QuoteIn(QuotePatch):
    """A contact, a company or an opportunity is enough; what is not sent is proposed."""

    opportunity_id: UUID | None = None


@router.get("/quotes", response=answers(PageOf[QuoteOut]), tags=["quotes"])
def list_quotes(request: HttpRequest, asked: ListIn) -> Any:
    """The newest first, or as `sort` says."""
    definition = {"filter": filter_tree(asked.filter), "sort": asked.sort}
    rows, order = listing_for(request.user, KIND, definition, text=asked.q).ordered()
    return page_of(rows.select_related("current"), order, asked, _shaper(request))


@router.post("/quotes", response=answers(WholeQuoteOut, 201), tags=["quotes"])
def create_quote(request: HttpRequest, response: HttpResponse, payload: QuoteIn) -> Any:
    """A new draft."""
    made = actions.create_quote(actor=request.user, **_arguments(payload))
    return Status(201, answer_quote(request, response, made.pk))


@router.get("/quotes/{quote_id}", response=answers(WholeQuoteOut), tags=["quotes"])
def get_quote(request: HttpRequest, response: HttpResponse, quote_id: UUID) -> Any:
    """One quote with its newest lines; its version is the ETag."""
    return answer_quote(request, response, quote_id)


@router.patch("/quotes/{quote_id}", response=answers(WholeQuoteOut), tags=["quotes"])
def change_quote(request: HttpRequest, response: HttpResponse, quote_id: UUID, payload: QuotePatch) -> Any:
    """Change a draft. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.quote_for(request.user, quote_id)
    actions.change_quote(
        found, actor=request.user, version=wanted_version(request, found.version), **_arguments(payload)
    )
    return answer_quote(request, response, quote_id)


@router.delete("/quotes/{quote_id}", response=answers(None, 204), tags=["quotes"])
def delete_quote(request: HttpRequest, quote_id: UUID) -> Any:
    """A draft that was never sent goes to the bin."""
    actions.delete_quote(queries.quote_for(request.user, quote_id), actor=request.user)
    return Status(204, None)


@router.post("/quotes/{quote_id}/mails", response=answers(PaperMailOut, 201), tags=["quotes"])
def mail_quote(request: HttpRequest, quote_id: UUID, payload: PaperMailIn) -> Any:
    """Send it to the customer by mail with its PDF; a draft becomes sent with it, both or neither."""
    paper = quote_to_send(request.user, queries.quote_for(request.user, quote_id))
    return Status(201, send_by_rest(request, paper, payload))


@router.get(
    "/quotes/{quote_id}/paper",
    response=answers(None),
    tags=["quotes"],
    openapi_extra=described("application/pdf", "The paper"),
)
def get_quote_paper(request: HttpRequest, quote_id: UUID, ordinal: Ordinal = None) -> Any:
    """The PDF of the newest version, or of the one `ordinal` names: as it was sent, else as it would be sent today."""
    found = queries.quote_for(request.user, quote_id)
    version = queries.version_of(found, ordinal)
    try:
        content = quote_pdf(queries.document_of_version(found, version))
    except PaperError as problem:
        raise ValidationError(str(problem), code="paper") from problem
    return made_answer(content, "application/pdf", f"{found.number}-{version.ordinal}.pdf")


def _arguments(payload: QuotePatch) -> dict[str, Any]:
    """What was sent as the actions take it: links without "_id", prices as Money."""
    given = payload.dict(exclude_unset=True)
    found = {
        name.removesuffix("_id") if name.removesuffix("_id") in _LINKS else name: value
        for name, value in given.items()
    }
    if found.get("currency") is None:
        found.pop("currency", None)
    if found.get("lines") is not None:
        found["lines"] = [_line(place, line) for place, line in enumerate(found["lines"])]
    else:
        found.pop("lines", None)
    return found


def _line(place: int, sent: dict[str, Any]) -> dict[str, Any]:
    line = dict(sent)
    line["product"] = line.pop("product_id", None)
    if line.get("unit_price") is not None:
        line["unit_price"] = money_of(line["unit_price"], f"{place}.unit_price")
    return line


def answer_quote(request: HttpRequest, response: HttpResponse, quote_id: UUID) -> dict[str, Any]:
    """A WholeQuoteOut with its version as ETag. Raises OutOfReach (404)."""
    card = queries.quote_card(request.user, quote_id)
    with_version(response, card.record.version)
    paper: QuoteVersion = card.paper
    plain = ("price_book_id", "template_id", "wins_opportunity")
    return (
        _shaper(request)(card.record)
        | {name: getattr(card.record, name) for name in plain}
        | {name: getattr(paper, name) for name in ("introduction", "terms", "document_hash")}
        | {"public_url": card.public_url, "sums": sums_of(paper, card.lines)}
        | {"lines": [shaped_line(line) for line in card.lines]}
    )


def _shaper(request: HttpRequest) -> Any:
    """The shape of many quotes; what the caller may see of own fields is asked once."""
    visible = [one.key for one in custom_fields.definitions(KIND) if custom_fields.may_see(request.user, one)]
    computed = ("amount", "ordinal", "custom", "url")
    plain = [name for name in QuoteOut.model_fields if name not in computed]

    def shaped(record: Quote) -> dict[str, Any]:
        return {name: getattr(record, name) for name in plain} | {
            "amount": {"minor": record.amount_minor, "currency": record.currency},
            "ordinal": record.current.ordinal if record.current else 1,
            "custom": {key: record.custom[key] for key in visible if key in record.custom},
            "url": request.build_absolute_uri(record_kinds[KIND].url(record)),
        }

    return shaped
