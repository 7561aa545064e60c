"""The operations contacts and companies have in common; `mount` gives a router those of one kind."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from bandhu.customers import actions, queries
from bandhu.customers.api import schemas
from bandhu.customers.api.attachments import mount_attachments
from bandhu.customers.api.shapes import page, sent_row, shape, shape_by_id
from bandhu.identity.results import OutOfReach
from bandhu.platform.rest import (
    ListQuery,
    PageOf,
    answers,
    check_version,
    ready,
    wanted_version,
    with_version,
)

Find = Callable[..., Any]


def answer_page(request: HttpRequest, kind: str, asked: ListQuery) -> HttpResponse:
    """One page of the list, or the hits of a search."""
    return ready(page(request, kind, asked))


def answer_record(request: HttpRequest, response: HttpResponse, kind: str, record: Any) -> dict[str, Any]:
    """The record with its version as ETag."""
    with_version(response, record.version)
    return shape(request, kind, record)


def answer_by_id(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """The same where nothing was written before. Raises OutOfReach (404)."""
    found = shape_by_id(request, kind, record_id)
    response = ready(found)
    with_version(response, found["version"])
    return response


def mount(router: Router, kind: str, plural: str, find: Find, out: type[Schema]) -> None:
    """Points, relations and files below /contacts/{id} or /companies/{id}."""
    for name, (taken, given) in schemas.LISTS.items():
        _mount_list(router, kind, plural, find, name, taken, given)
    _mount_relations(router, kind, plural, find)
    mount_attachments(router, kind, plural, find)


def _mount_list(
    router: Router, kind: str, plural: str, find: Find, name: str, taken: Any, given: Any
) -> None:
    path, tags = f"/{plural}/{{record_id}}/{name.replace('_', '-')}", [plural]

    @router.get(path, response=answers(PageOf[given]), tags=tags, operation_id=f"list_{kind}_{name}")
    def listed(request: HttpRequest, record_id: UUID) -> Any:
        found = shape(request, kind, find(request.user, record_id))[name]
        return {"items": found, "next": None}

    @router.post(path, response=answers(given, 201), tags=tags, operation_id=f"add_{kind}_{name}")
    def added(request: HttpRequest, record_id: UUID, payload: taken) -> Any:  # type: ignore[valid-type]
        record = find(request.user, record_id)
        known = {row.pk for row in getattr(record, name).all()}
        sent = sent_row(payload.dict(exclude_unset=True, exclude={"id"}))  # type: ignore[attr-defined]
        version = wanted_version(request, record.version)
        changed = actions.add_point(record, actor=request.user, kind=name, values=sent, version=version)
        rows = shape(request, kind, find(request.user, changed.pk))[name]
        fresh = [row for row in rows if UUID(row["id"]) not in known]
        if not fresh:
            raise ValidationError({name: _("This is already there, or it is empty.")})
        return Status(201, fresh[0])

    @router.patch(
        path + "/{point_id}", response=answers(given), tags=tags, operation_id=f"change_{kind}_{name}"
    )
    def changed(request: HttpRequest, record_id: UUID, point_id: UUID, payload: taken) -> Any:  # type: ignore[valid-type]
        record = find(request.user, record_id)
        sent = sent_row(payload.dict(exclude_unset=True, exclude={"id"}))  # type: ignore[attr-defined]
        actions.change_point(
            record,
            actor=request.user,
            kind=name,
            point_id=point_id,
            values=sent,
            version=wanted_version(request, record.version),
        )
        rows = shape(request, kind, find(request.user, record_id))[name]
        found = [row for row in rows if UUID(row["id"]) == point_id]
        if not found:
            raise OutOfReach
        return found[0]

    @router.delete(
        path + "/{point_id}", response=answers(None, 204), tags=tags, operation_id=f"remove_{kind}_{name}"
    )
    def removed(request: HttpRequest, record_id: UUID, point_id: UUID) -> Any:
        record = find(request.user, record_id)
        actions.remove_point(
            record,
            actor=request.user,
            kind=name,
            point_id=point_id,
            version=wanted_version(request, record.version),
        )
        return Status(204, None)


def _mount_relations(router: Router, kind: str, plural: str, find: Find) -> None:
    path, tags = f"/{plural}/{{record_id}}/relations", [plural]

    @router.get(
        path, response=answers(PageOf[schemas.RelationOut]), tags=tags, operation_id=f"list_{kind}_relations"
    )
    def listed(request: HttpRequest, record_id: UUID) -> Any:
        lines = queries.relations_of(request.user, find(request.user, record_id))
        return {"items": [_relation(line) for line in lines], "next": None}

    @router.post(
        path, response=answers(schemas.RelationOut, 201), tags=tags, operation_id=f"add_{kind}_relation"
    )
    def added(request: HttpRequest, record_id: UUID, payload: schemas.RelationIn) -> Any:
        record = find(request.user, record_id)
        check_version(request, record.version)
        if (payload.contact_id is None) == (payload.company_id is None):
            raise ValidationError({"contact_id": _("Give either a contact or a company.")})
        if payload.contact_id:
            other: Any = queries.contact_for(request.user, payload.contact_id)
        else:
            other = queries.company_for(request.user, payload.company_id or "")
        made = actions.relate(
            record,
            actor=request.user,
            other=other,
            role=payload.role.value,
            title=payload.title,
            since=payload.since,
            until=payload.until,
        )
        lines = queries.relations_of(request.user, record)
        return Status(201, next(_relation(line) for line in lines if line.id == made.pk))

    @router.delete(
        path + "/{relation_id}",
        response=answers(None, 204),
        tags=tags,
        operation_id=f"remove_{kind}_relation",
    )
    def removed(request: HttpRequest, record_id: UUID, relation_id: UUID) -> Any:
        record = find(request.user, record_id)
        check_version(request, record.version)
        relation = queries.relation_of(record, relation_id)
        if relation is None:
            raise OutOfReach
        actions.end_relation(relation, actor=request.user, seen_from=record)
        return Status(204, None)


def _relation(line: queries.RelationLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "role": line.role,
        "reads": str(line.label),
        "title": line.title,
        "other_kind": line.other_kind,
        "other_id": line.other.pk,
        "other_name": str(line.other),
        "outgoing": line.outgoing,
        "since": line.since,
        "until": line.until,
    }
