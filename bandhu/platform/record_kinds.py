"""What kinds of record there are and which fields they have.

One description serves lists, filters, sorting, bulk edit, import, export, the API's filters and the audit's
labels; custom fields join it at run time (see custom_fields.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.utils.functional import _StrPromise

    Label = str | _StrPromise

# How a value is typed, shown, filtered and imported.
TYPES = (
    "text", "long_text", "number", "money", "date", "datetime", "choice", "choices", "boolean",
    "link", "file", "user", "team", "tags", "phone", "mail", "url", "country", "language", "time_zone",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a kind of record.

    `path`: the ORM path for filtering and for reading ("owner", "phones__number"); "" = not filterable.
    `sort`: the ORM path that sorts it, with "-" where it falls as the value rises; "" = not sortable. `annotate`: makes the value when it is no column
    (timeline facts). `choices`: a callable giving (value, label). `masked_by`: the permission that shows it;
    `on_request`: lists cover it even then, as each look at it is written down.
    `reads`: the attributes that show the value where `path` only filters it ("amount", "stage__label");
    `needs`: the columns they are made of, where no column is called so.
    `related_permission`: what one needs to see the related record that `path` leads to (see related.py); `made_of`: pairs of relation and permission,
    where the value is made of several related records: it is empty unless all of them that there are may be seen.
    `setting`: name of the argument of the kind's change action; "" = cannot be edited in lists or in bulk.
    """

    name: str
    label: Label
    type: str = "text"
    path: str = ""
    reads: str = ""
    needs: tuple[str, ...] = ()
    sort: str = ""
    setting: str = ""
    choices: Callable[[], Sequence[tuple[str, Any]]] | None = None
    # `path` leads to a column that holds many values by itself.
    holds_list: bool = False
    masked_by: str = ""
    on_request: bool = False
    related_permission: str = ""
    made_of: tuple[tuple[str, str], ...] = ()
    annotate: Callable[[QuerySet], QuerySet] | None = None
    group: Label = ""
    importable: bool = False
    in_list: bool = True
    custom_key: str = ""
    # The relation whose own field it is ("contact"), where it is not the record's.
    custom_of: str = ""
    words: tuple[str, ...] = ()

    @property
    def gathered(self) -> str:
        """The attribute under which a list's rows bring the many values of this field."""
        return f"listed_{self.name}"


@dataclass(frozen=True, kw_only=True)
class RecordKind:
    """A kind of record the whole house can list, filter, find, import and export."""

    name: str
    label: Label
    plural: Label
    icon: str
    model: type[Model]
    view_permission: str
    change_permission: str
    create_permission: str
    url: Callable[[Any], str]
    list_url_name: str = ""
    new_url_name: str = ""
    # Other pages that show the same list, by the word "page" in the address: {"board": "sales:board"}.
    pages: Mapping[str, str] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    default_columns: tuple[str, ...] = ()
    default_sort: str = ""
    change: Callable[..., Any] | None = None
    # Whether a user sees a masked field of this very record: (user, permission, record) → bool.
    unmasked: Callable[[Any, str, Any], bool] = lambda user, permission, record: user.holds(permission)
    # Who may do `permission` to which rows, where reach alone does not say it (private meetings): (user, permission) → rows.
    within: Callable[[Any, str], QuerySet] | None = None
    empty_text: Label = ""
    # Whether words find it in its list: it has a search kind of its name.
    is_found: bool = True
    # What the search box of its list finds, where it is not what one finds people by.
    search_hint: Label = ""
    # A sentence over all rows a list shows, such as their sum: (user, rows) → text.
    headline: Callable[[Any, QuerySet], Label] | None = None
    custom_fields: bool = False
    # Whose own fields can be asked for too: relation → kind of record.
    asks_own_fields_of: Mapping[str, str] = field(default_factory=dict)
    # People and companies have a face of their initials in lists; a number like Q-2026-0001 has none.
    has_face: bool = False
    title: Callable[[Any], str] = str

    def visible_to(self, user: Any, permission: str | None = None) -> QuerySet:
        if self.within is not None:
            return self.within(user, permission or self.view_permission)
        return self.model.objects.visible_to(user, permission or self.view_permission)  # type: ignore[attr-defined]

    def may_change(self, user: Any) -> bool:
        """Whether the user may change some of them; nobody may where there is no permission for it."""
        return bool(self.change_permission) and user.holds(self.change_permission)

    def unmasked_rows(self, user: Any, permission: str) -> Q:
        """What `unmasked` says of one record, as a condition for rows of this kind."""
        return Q() if user.holds_on_all(permission) else self.model.objects.reach(user, permission)  # type: ignore[attr-defined]

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)


record_kinds: dict[str, RecordKind] = {}


def register_record_kind(kind: RecordKind) -> None:
    record_kinds[kind.name] = kind


def register_field(kind: str, one: Field) -> None:
    """An app above adds a field to a kind of an app below (e.g. "days without contact")."""
    record_kinds[kind].fields.append(one)


_audited: dict[str, tuple[type[Model], str]] = {}


def register_audited(kind: str, model: type[Model], permission: str) -> None:
    """Entries of the audit trail about this `kind` are told to who holds `permission` on the row of `model`."""
    _audited[kind] = model, permission


def audited_models() -> dict[str, tuple[type[Model], str]]:
    """What the kinds of the audit trail that have a reach are kept in, and the permission that shows them."""
    return {name: (kind.model, kind.view_permission) for name, kind in record_kinds.items()} | _audited


def record_for(user: Any, kind: str, record_id: UUID) -> Any:
    """The record when `user` may see it, else None."""
    return record_kinds[kind].visible_to(user).filter(pk=record_id).first()
