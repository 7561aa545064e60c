"""What the routers of all apps share: pages, versions, and their schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Annotated, Any, Generic, TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Schema
from ninja.errors import HttpError
from ninja.responses import NinjaJSONEncoder
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

from bandhu.platform.conflicts import EditConflict
from bandhu.platform.paging import keyset_page
from bandhu.platform.texts import check_storable

Item = TypeVar("Item")
# RFC 9110, 8.8.3: characters a tag may hold; a list may have empty places.
_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(rf"[\s,]*{_TAG}(?:\s*,[\s,]*{_TAG})*[\s,]*")
_VERSION = re.compile(r'"v([0-9]{1,9})"')
NO_VERSION = 0


def _iso_text(value: Any) -> Any:
    """Refuses what pydantic would read as seconds since 1970: the document says text as in ISO 8601."""
    if not isinstance(value, str) or value[4:5] != "-":
        raise ValueError("Write it as in ISO 8601: 2026-11-30 or 2026-11-30T10:00:00Z.")
    return value


def _storable(value: datetime) -> datetime:
    """Refuses years no business has, and offsets the database does not know (+19:10); ids carry times from 1970 on."""
    if not 1970 < value.year < 2200:
        raise ValueError("The year must lie between 1971 and 2199.")
    return value.astimezone(UTC) if value.tzinfo else value


# What bodies hold: exactly what the document says, never what could be read as it ("yes", "5", 0).
Day = Annotated[date, BeforeValidator(_iso_text)]
Moment = Annotated[datetime, BeforeValidator(_iso_text), AfterValidator(_storable)]
YesNo = StrictBool
Whole = StrictInt


class Given(Schema):
    """What a caller sends: a key nobody knows is refused rather than dropped without a word."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _whole_texts(cls, given: Any) -> Any:
        """Refuses what no database keeps, naming the key; taken out in silence, "a\\ud800b" would become "ab"."""
        for name, value in given.items() if isinstance(given, dict) else ():
            try:
                check_storable([name, value])
            except ValidationError as problem:
                raise ValidationError({str(name): problem.error_list}) from None
        return given


class PageOf(Schema, Generic[Item]):
    """One page of a list; `next` is the cursor of the following page, null at the end."""

    items: list[Item]
    next: str | None = None


class ProblemOut(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] | None = None
    merged_into: str | None = None


class Paging(Schema):
    """How much of a list, and from where."""

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=2000)


PagingQuery = Annotated[Paging, Query(...)]

_FILTER = """JSON, the tree a kept view holds: {"all": [{"field": "city", "op": "is", "value": "Dhaka"}, …]}, or "any" for one of them; a
condition may be a further tree. Operators by type of field: text `contains contains_not is is_not starts`; number and money
`is less more between` (less and more include the value itself); date and moment `on before after between last_days next_days older_days`;
choices, people, teams, countries `in not_in`; tags and multiple choices `any_of all_of none_of`; yes/no `yes no`; all of them
`empty filled`, which take no value like `yes` and `no`. The fields of each list, and examples: docs/guides/api.md."""
_SORT = 'A field that can be sorted by (docs/guides/api.md), with "-" before it for descending order.'


class ListQuery(Paging):
    """Which records of a list, in which order."""

    q: str = Field(
        "", max_length=300, description="Names in any script and spelling, telephones, mail addresses."
    )
    filter: str = Field("", max_length=20_000, description=_FILTER)
    sort: str = Field("", max_length=80, description=_SORT)


ListIn = Annotated[ListQuery, Query(...)]


def filter_tree(text: str) -> Any:
    """The filter of a request. Raises ValidationError for what is no JSON."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        raise ValidationError({"filter": _("A filter is a JSON object.")}) from None


# Every operation may answer these; the OpenAPI document says so (config/openapi.py). Declared to each operation they would be a
# model of pydantic's for each status of each: 2,400 of them, 30 MB.
REFUSALS = (400, 401, 403, 404, 409, 412, 415, 422, 429)


def answers(success: Any, status: int = 200) -> dict[int, Any]:
    """The `response=` of an operation: what it gives when it works."""
    return {status: success}


def page_of(rows: QuerySet, order: list[str], paging: Paging, shape: Callable[[Any], Any]) -> dict[str, Any]:
    """One keyset page as the API gives it."""
    page = keyset_page(rows, order, cursor=paging.cursor, limit=paging.limit)
    return {"items": [shape(row) for row in page.items], "next": page.next or None}


def ready(answer: Any) -> HttpResponse:
    """An answer whose values are those of its schema already: a long list is not read and written once more by pydantic.

    Whoever uses it tests the answer against the schema that the operation declares.
    """
    try:
        text = orjson.dumps(answer, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except orjson.JSONEncodeError:  # a number of more than 64 bits in somebody's own details
        text = json.dumps(answer, cls=NinjaJSONEncoder).encode()
    return HttpResponse(text, content_type="application/json; charset=utf-8")


def _plain(value: Any) -> Any:
    """What orjson does not write itself, as it is written everywhere else; moments here, since a page of a list has 150 of them."""
    if not isinstance(value, datetime):
        return NinjaJSONEncoder().default(value)
    text = value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def etag(version: int) -> str:
    return f'"v{version}"'


def with_version(response: HttpResponse, version: int) -> None:
    """Name the version a record was read in; send it back as If-Match to change just that one."""
    response.headers["ETag"] = etag(version)


def wanted_version(request: HttpRequest, current: int) -> int | None:
    """The version the If-Match header (RFC 9110, 13.1.1) asks for, when the record is in version `current` now.

    None when the caller does not mind; `current` when it is among those listed; else one that the record is not in.
    Weak tags count, as a proxy that compresses makes every tag weak. Raises HttpError (400) for what is no list of tags.
    """
    text = request.headers.get("If-Match", "").strip()
    if text in ("", "*"):
        return None
    if len(text) > 2_000 or not _TAGS.fullmatch(text):
        raise HttpError(400, _('If-Match is a list of versions as ETag gives them, such as "v3".'))
    versions = [int(tag) for tag in _VERSION.findall(text)]
    return current if current in versions else max(versions, default=NO_VERSION)


def check_version(request: HttpRequest, current: int) -> None:
    """For what changes beside the record: raise EditConflict (412) unless If-Match allows the record as it is now."""
    wanted = wanted_version(request, current)
    if wanted is not None and wanted != current:
        raise EditConflict(current, {}, {}, {})


def fingerprint(shape: type[Schema], record: Any) -> int:
    """A number that stands for what `shape` shows of a record without a version of its own: another as soon as anything of it is."""
    # By sorted keys: JSON columns come back in another order than they were written in.
    shown = json.dumps(shape.from_orm(record).model_dump(mode="json"), sort_keys=True).encode()
    return int.from_bytes(blake2b(shown, digest_size=4).digest(), "big") % 1_000_000_000


def stamped(response: HttpResponse, shape: type[Schema], record: Item) -> Item:
    """The record as it is answered, its fingerprint named in the answer's ETag."""
    with_version(response, fingerprint(shape, record))
    return record


@contextmanager
def held_as_read(request: HttpRequest, shape: type[Schema], record: Model) -> Iterator[None]:
    """Change a record without a version only as the caller read it: its row is held, and If-Match compared with its fingerprint.

    Raises EditConflict (412).
    """
    with transaction.atomic():
        type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
        record.refresh_from_db()
        check_version(request, fingerprint(shape, record))
        yield


def changes_in(payload: Schema, *may_be_empty: str) -> dict[str, Any]:
    """What a change names; what stands within it is whole. null changes nothing, except of fields that may be empty."""
    named = {name: value for name, value in payload.dict().items() if name in payload.model_fields_set}
    return {name: value for name, value in named.items() if value is not None or name in may_be_empty}


@contextmanager
def renamed(former: str, name: str) -> Iterator[None]:
    """What an action refuses under the name that pages know, under the one that programs know."""
    try:
        yield
    except ValidationError as problem:
        if former in getattr(problem, "error_dict", {}):
            problem.error_dict[name] = problem.error_dict.pop(former)
        raise


def moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
