"""Where apps plug in. Each app's registrations.py calls these once at start; lower apps never know who did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    Label = str | _StrPromise


@dataclass(frozen=True)
class MenuEntry:
    """A line of the left navigation. `group`: one of MENU_GROUPS."""

    name: str
    label: Label
    icon: str
    url_name: str
    permission: str = ""
    group: str = "records"
    position: int = 50
    hotkey: str = ""


@dataclass(frozen=True)
class Permission:
    """Something a role may be granted. Without reach it is a plain yes or no.

    `granted` says which ready-made roles have it from the start, and how far: {"sales": "team"}.
    """

    name: str
    label: Label
    group: Label
    has_reach: bool = True
    granted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """A part of a record page owned by an app above; loaded by hx-get from `url_name` with the record's id."""

    kind: str
    name: str
    title: Label
    url_name: str
    permission: str
    icon: str = "square"
    place: str = "main"
    position: int = 50


@dataclass(frozen=True)
class RecordAction:
    """A button in the head of a record's page, owned by an app above; its dialog comes from `url_name` with the record's id."""

    kind: str
    name: str
    label: Label
    url_name: str
    permission: str
    icon: str = "square"
    position: int = 50


@dataclass(frozen=True)
class EntryNote:
    """What an app above knows of an entry of the timeline: marks (words, tone), where it leads to, names of its files."""

    marks: tuple[tuple[Any, str], ...] = ()
    url: str = ""
    label: Any = ""
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MergeHandler:
    """How one app moves what points to a merged record, and how it puts it back.

    `move(loser_id, winner_id)` returns JSON-safe notes; `restore(notes)` undoes exactly that. Both run in the
    transaction of the merge.
    """

    kind: str
    name: str
    move: Callable[[UUID, UUID], Any]
    restore: Callable[[UUID, UUID, Any], None]


@dataclass(frozen=True)
class PersonalData:
    """What an app knows about a contact: to export it, and to erase it (subject requests, purge).

    `erase` is None for what the contact itself takes along when it is erased.
    """

    name: str
    label: Label
    export: Callable[[UUID], list[dict[str, Any]]]
    erase: Callable[[UUID], None] | None = None


@dataclass(frozen=True)
class TimelineKind:
    """A kind of interaction: how it is called and drawn."""

    name: str
    label: Label
    icon: str
    by_hand: bool = False


@dataclass(frozen=True)
class ListTool:
    """Something that can be done from the list of a kind: import, export. The list's address words are passed on."""

    kind: str
    label: Label
    icon: str
    url_name: str
    permission: str = ""


@dataclass(frozen=True)
class Figure:
    """One number of the home page and the records behind it. `capped`: there are at least this many."""

    label: str
    value: int
    icon: str
    url: str
    tone: str = "neutral"
    capped: bool = False


@dataclass(frozen=True)
class Quick:
    """An action of the command palette, e.g. "New contact"."""

    name: str
    label: Label
    icon: str
    url_name: str
    permission: str = ""
    words: str = ""


@dataclass(frozen=True)
class ShellPart:
    """A part of the top bar of every page, owned by an app above; fetched by htmx from `url_name` once the page stands."""

    name: str
    url_name: str
    permission: str


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """What the search shall know of one record. The first of `names` is shown as the hit's title.

    `phones` in E.164, `mails` as written, `words` are words of its company or of anything else worth finding it by.
    """

    record_id: UUID
    names: Sequence[str]
    detail: str = ""
    words: Sequence[str] = ()
    phones: Sequence[str] = ()
    mails: Sequence[str] = ()
    owner_id: UUID | None = None
    team_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class SearchKind:
    """A kind of record the one search box finds.

    `documents(ids)` makes the documents of those that exist (the others leave the index); `all_ids` gives every id
    for a rebuild. `visible_to(user)` decides who is shown what. A kind with a search of its own (texts) gives
    `find(user, text, limit)` instead, returning (record_id, title, detail, score 0 to 1). `see_phones`: the permission
    that shows telephone numbers; where it does not reach, they find nothing. `without_related(user, ids)`: those of the records whose related record
    (a contact's company) the user may not see, each with the detail that leaves it out; its words find nothing then.
    """

    name: str
    label: Label
    icon: str
    url: Callable[[UUID], str]
    visible_to: Callable[[Any], QuerySet]
    documents: Callable[[Sequence[UUID]], Iterable[SearchDocument]] | None = None
    all_ids: Callable[[], Iterable[UUID]] | None = None
    find: Callable[[Any, str, int], list[tuple[UUID, str, str, float]]] | None = None
    view_permission: str = ""
    see_phones: str = ""
    without_related: Callable[[Any, Sequence[UUID]], dict[UUID, str]] | None = None
    position: int = 50


MENU_GROUPS = ("work", "records", "sales", "insight", "settings")
menu_entries: list[MenuEntry] = []
permissions: dict[str, Permission] = {}
panels: list[Panel] = []
record_actions: list[RecordAction] = []
# The source of entries on the timeline → what its app tells about them: (user, ids) → notes by id.
entry_notes: dict[str, Callable[[Any, Sequence[UUID]], dict[UUID, EntryNote]]] = {}
merge_handlers: list[MergeHandler] = []
personal_data: list[PersonalData] = []
timeline_kinds: dict[str, TimelineKind] = {}
quick_actions: list[Quick] = []
list_tools: list[ListTool] = []
home_figures: list[Callable[[Any], Iterable[Figure]]] = []
shell_links: dict[str, str] = {}
shell_parts: list[ShellPart] = []
# Field type → what can be chosen: (value, words) pairs for a user ("tags" is given by customers).
_sign_in_checks: list[Callable[[HttpRequest], bool]] = []
_role_sources: list[Callable[[], list[tuple[str, str]]]] = []
value_sources: dict[str, Callable[[Any], Iterable[tuple[Any, Any]]]] = {}
search_kinds: dict[str, SearchKind] = {}
file_owners: dict[str, Callable[[Any, UUID], bool]] = {}
seeds: list[Callable[[], None]] = []
live_topics: dict[str, Callable[[Any, UUID], bool]] = {}


def register_menu_entry(entry: MenuEntry) -> None:
    menu_entries.append(entry)
    menu_entries.sort(key=lambda one: (MENU_GROUPS.index(one.group), one.position))


def register_permission(
    name: str,
    label: Label,
    *,
    group: Label,
    has_reach: bool = True,
    granted: Mapping[str, str] | None = None,
) -> None:
    permissions[name] = Permission(name, label, group, has_reach, granted or {})


def register_panel(panel: Panel) -> None:
    panels.append(panel)
    panels.sort(key=lambda one: one.position)


def register_record_action(action: RecordAction) -> None:
    record_actions.append(action)
    record_actions.sort(key=lambda one: one.position)


def register_entry_notes(source: str, tell: Callable[[Any, Sequence[UUID]], dict[UUID, EntryNote]]) -> None:
    """Entries of the timeline written with `source` are shown with what `tell(user, interaction_ids)` knows of them."""
    entry_notes[source] = tell


def register_merge_handler(handler: MergeHandler) -> None:
    merge_handlers.append(handler)


def register_personal_data(handler: PersonalData) -> None:
    personal_data.append(handler)


def register_timeline_kind(kind: TimelineKind) -> None:
    timeline_kinds[kind.name] = kind


def register_quick_action(quick: Quick) -> None:
    quick_actions.append(quick)


def register_shell_link(name: str, url_name: str) -> None:
    """An address the frame of every page uses, owned by an app above the frame.

    Names: home, search (palette results, gets ?q=), notifications (fragment), profile, preferences (POST theme, density
    or language; 204 or redirect), tour_done (POST), set_language (POST for strangers).
    """
    shell_links[name] = url_name


def register_shell_part(part: ShellPart) -> None:
    shell_parts.append(part)


def register_seed(make: Callable[[], None]) -> None:
    """Rows every installation starts with; `make` is run with the ready-made roles and must be safe to repeat."""
    seeds.append(make)


def register_search_kind(kind: SearchKind) -> None:
    search_kinds[kind.name] = kind


def register_list_tool(tool: ListTool) -> None:
    list_tools.append(tool)


def register_home_figures(make: Callable[[Any], Iterable[Figure]]) -> None:
    """Numbers of an app on the home page: `make(user)` gives those that matter to this user."""
    home_figures.append(make)


def register_sign_in_check(check: Callable[[HttpRequest], bool]) -> None:
    """`check` says whether operations of the API would let this request in."""
    _sign_in_checks.append(check)


def is_signed_in(request: HttpRequest) -> bool:
    return any(check(request) for check in _sign_in_checks)


def register_role_choices(offered: Callable[[], list[tuple[str, str]]]) -> None:
    """identity says which roles there are: (key, name)."""
    _role_sources.append(offered)


def role_choices() -> list[tuple[str, str]]:
    """The roles a custom field can be narrowed to."""
    return [pair for offered in _role_sources for pair in offered()]


def register_value_source(type: str, offered: Callable[[Any], Iterable[tuple[Any, Any]]]) -> None:
    """What fields of this type offer to choose from, in filters and in bulk changes."""
    value_sources[type] = offered


def register_file_owner(kind: str, may_see: Callable[[Any, UUID], bool]) -> None:
    """Files attached to records of `kind` are shown to users for whom `may_see(user, record_id)`."""
    file_owners[kind] = may_see


def register_live_topic(kind: str, may_watch: Callable[[Any, UUID], bool]) -> None:
    """Pages may watch the topic "<kind>:<id>" where `may_watch(user, id)`; kinds of `register_file_owner` may too."""
    live_topics[kind] = may_watch


def panels_for(user: Any, kind: str, place: str | None = None) -> list[Panel]:
    """The panels of a record page this user may open."""
    return [
        panel
        for panel in panels
        if panel.kind == kind and place in (None, panel.place) and user.holds(panel.permission)
    ]


def record_actions_for(user: Any, kind: str) -> list[RecordAction]:
    """The buttons of a record's page this user may press."""
    return [one for one in record_actions if one.kind == kind and user.holds(one.permission)]


def quick_actions_for(user: Any) -> Iterable[Quick]:
    return [quick for quick in quick_actions if not quick.permission or user.holds(quick.permission)]


@cache
def address(url_name: str) -> str:
    """The address of a page without arguments: asked for some twenty times on every page, never another."""
    return reverse(url_name)


def menu_for(user: Any, path: str) -> list[dict[str, Any]]:
    """The navigation for this user: entries with their address, and the one that is open marked."""
    lines: list[dict[str, Any]] = [
        {"entry": entry, "url": address(entry.url_name), "open": False}
        for entry in menu_entries
        if not entry.permission or user.holds(entry.permission)
    ]
    # The home page's address begins every other one.
    fitting = [
        line for line in lines if path == line["url"] or (line["url"] != "/" and path.startswith(line["url"]))
    ]
    if fitting:
        max(fitting, key=lambda line: len(line["url"]))["open"] = True
    return lines


def links() -> dict[str, str]:
    """The registered addresses of the frame, by name."""
    return {name: address(url_name) for name, url_name in shell_links.items()}


def shell_parts_for(user: Any) -> list[str]:
    """The addresses of the parts of the top bar this user may have."""
    return [address(part.url_name) for part in shell_parts if user.holds(part.permission)]


def palette_for(user: Any) -> list[dict[str, Any]]:
    """The palette's actions this user may take, with their addresses."""
    return [{"entry": quick, "url": address(quick.url_name)} for quick in quick_actions_for(user)]
