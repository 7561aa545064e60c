"""REST: custom fields."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.platform import actions, queries
from bandhu.platform.custom_fields import definitions, may_see
from bandhu.platform.models import CustomField
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import (
    Given,
    YesNo,
    answers,
    changes_in,
    held_as_read,
    stamped,
)

router = Router(tags=["fields"])
# Of records that have own fields; the action refuses others.
Kind = Annotated[str, Field(max_length=40)]


class Choice(Given):
    """One choice: its key and its names by language."""

    key: str = Field(max_length=60)
    labels: dict[str, str] = {}


class FieldOut(Schema):
    """A field an administrator added; values stand in the record's `custom` under `key`."""

    id: UUID
    kind: str = Field(alias="record_kind")
    key: str
    type: str
    labels: dict[str, str]
    options: dict[str, Any]
    is_required: bool
    is_filterable: bool
    visible_to_roles: list[str]
    editable_by_roles: list[str]


class FieldIn(Given):
    """A new field. `options`: choices, currency, minimum, maximum, max_length, as its type has them."""

    kind: Kind
    type: CustomField.Type
    labels: dict[str, str]
    choices: list[Choice] = Field(default=[], max_length=500)
    currency: str = Field("", max_length=3)
    minimum: float | None = None
    maximum: float | None = None
    is_required: YesNo = False
    is_filterable: YesNo = False
    visible_to_roles: list[str] = []
    editable_by_roles: list[str] = []


class FieldPatch(Given):
    """What changes; kind, key and type stay."""

    labels: dict[str, str] | None = None
    choices: list[Choice] | None = Field(None, max_length=500)
    is_required: YesNo | None = None
    is_filterable: YesNo | None = None
    visible_to_roles: list[str] | None = None
    editable_by_roles: list[str] | None = None


@router.get("/fields", response=answers(dict[str, list[FieldOut]]), by_alias=False)
def list_fields(request: HttpRequest, kind: Kind | None = None) -> Any:
    """The custom fields the caller may see, in their order."""
    names = [kind] if kind else [name for name, one in record_kinds.items() if one.custom_fields]
    rows = [one for name in names for one in definitions(name) if may_see(request.user, one)]
    return {"items": rows}


@router.post("/fields", response=answers(FieldOut, 201), by_alias=False)
def create_field(request: HttpRequest, response: HttpResponse, payload: FieldIn) -> Any:
    """Add a field."""
    facts = payload.dict(exclude={"choices", "currency", "minimum", "maximum", "kind", "type", "labels"})
    field = actions.create_field(
        actor=request.user,
        kind=payload.kind,
        type=payload.type,
        labels=payload.labels,
        options=_options(payload),
        **facts,
    )
    return Status(201, stamped(response, FieldOut, field))


@router.get("/fields/{field_id}", response=answers(FieldOut), by_alias=False)
def get_field(request: HttpRequest, response: HttpResponse, field_id: UUID) -> Any:
    """One own field."""
    return stamped(response, FieldOut, _field(request, field_id))


@router.patch("/fields/{field_id}", response=answers(FieldOut), by_alias=False)
def change_field(request: HttpRequest, response: HttpResponse, field_id: UUID, payload: FieldPatch) -> Any:
    """Rename a field or change its rules."""
    given = changes_in(payload)
    field = _field(request, field_id)
    if "choices" in given:
        if field.type not in ("choice", "choices"):
            raise ValidationError({"choices": _("This field has no choices.")})
        given["options"] = {**field.options, "choices": given.pop("choices")}
    with held_as_read(request, FieldOut, field):
        changed = actions.change_field(field, actor=request.user, **given)
    return stamped(response, FieldOut, changed)


@router.delete("/fields/{field_id}", response=answers(None, 204))
def retire_field(request: HttpRequest, field_id: UUID) -> Any:
    """Hide a field; its values are kept."""
    field = _field(request, field_id)
    with held_as_read(request, FieldOut, field):
        actions.retire_field(field, actor=request.user)
    return Status(204, None)


def _field(request: HttpRequest, field_id: UUID) -> Any:
    for name in record_kinds:
        found = queries.custom_fields(request.user, name).filter(pk=field_id, retired_at__isnull=True).first()
        if found is not None:
            return found
    raise Http404


def _options(payload: FieldIn) -> dict[str, Any]:
    if payload.type in ("choice", "choices"):
        return {"choices": [one.dict() for one in payload.choices]}
    if payload.type == "money":
        return {"currency": payload.currency or "BDT"}
    limits = {"minimum": payload.minimum, "maximum": payload.maximum}
    return {name: value for name, value in limits.items() if value is not None}
