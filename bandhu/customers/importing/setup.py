"""From the choices of a person to everything a chunk needs: the opened file, the reader of rows, the policy."""

from __future__ import annotations

import hashlib
import shutil
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from bandhu.customers.importing.kinds import import_kinds
from bandhu.customers.importing.plan import Policy
from bandhu.customers.imports.custom_values import FieldType
from bandhu.customers.imports.dates import Order, date_order
from bandhu.customers.imports.encodings import alternatives
from bandhu.customers.imports.layouts import LAYOUTS, OWN_SOURCE
from bandhu.customers.imports.mapping import CUSTOM, SKIP, ColumnMapping, title_of
from bandhu.customers.imports.problems import SourceProblem
from bandhu.customers.imports.records import NOTE_LINE, OWN_TYPES, ReadingOptions, RowReader
from bandhu.customers.imports.sources import Reading, Source, open_source
from bandhu.customers.imports.targets import ADDED, CONSTRAINED
from bandhu.customers.imports.values import BROKEN
from bandhu.customers.models import Import, Lifecycle
from bandhu.customers.record_values import CHANNELS
from bandhu.identity.models import Team, User
from bandhu.platform.actions.custom_fields import PERMISSION, create_field
from bandhu.platform.custom_fields import LONG_LIMIT, TEXT_LIMIT, definitions, label_of
from bandhu.platform.models import CustomField
from bandhu.platform.record_kinds import record_kinds

STAGES = {
    "subscriber": "prospect", "visitor": "prospect", "mql": "lead", "sql": "lead", "marketingqualifiedlead": "lead",
    "marketing qualified lead": "lead", "salesqualifiedlead": "lead", "sales qualified lead": "lead",
    "opportunity": "lead", "client": "customer", "evangelist": "customer", "churned": "former", "lost": "former",
}  # fmt: skip
COMMON_LANGUAGES = {
    "english": "en", "bengali": "bn", "bangla": "bn", "tamil": "ta", "hindi": "hi", "arabic": "ar", "বাংলা": "bn",
    "ইংরেজি": "en", "தமிழ்": "ta", "ஆங்கிலம்": "en", "german": "de", "french": "fr", "spanish": "es", "urdu": "ur",
    "sinhala": "si", "telugu": "te", "malayalam": "ml", "kannada": "kn", "marathi": "mr", "gujarati": "gu",
}  # fmt: skip


# A worker may need the file of such an import at any moment.
STILL_READ = (Import.State.CHECKING, Import.State.WAITING, Import.State.RUNNING, Import.State.PAUSED)


def folder_of(run: Import) -> Path:
    """Where the file of an import lies, under names of ours alone."""
    return Path(settings.MEDIA_ROOT) / "imports" / str(run.pk)


def original_of(run: Import) -> Path:
    return folder_of(run) / "original"


def source_of(run: Import) -> Source:
    """The opened file. Raises SourceProblem, also where it is gone: after its time, or from a restored backup."""
    try:
        return open_source(original_of(run), Reading.from_dict(run.reading))
    except FileNotFoundError:
        raise SourceProblem("file_gone", _("The file is no longer kept. Upload it again.")) from None


def other_encodings(run: Import, chosen: str) -> list[tuple[str, str]]:
    """What else the file could be in, with its first telling line in each; nothing where the file is gone."""
    if not original_of(run).exists():
        return []
    with original_of(run).open("rb") as file:
        return alternatives(file, chosen)


def forget_old_files(days: int) -> int:
    """Delete the files of imports that ended, or were left lying as drafts, that many days ago; returns how many.

    What they did, the rows put aside and the undo stay: none of them reads the file. 0 days keeps files for ever.
    """
    if not days:
        return 0
    before = timezone.now() - timedelta(days=days)
    over = ~Q(state__in=STILL_READ) & Q(finished_at__lt=before)
    left = Q(finished_at=None, created_at__lt=before) & ~Q(state__in=STILL_READ)
    forgotten = 0
    for run in Import.objects.filter(over | left).only("pk"):
        if folder_of(run).exists():
            shutil.rmtree(folder_of(run))
            forgotten += 1
    return forgotten


def keep_upload(run: Import, blocks: Iterable[bytes]) -> None:
    """Write the uploaded bytes to the import's folder; sets size and hash on `run` (not saved)."""
    target = original_of(run)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        for block in blocks:
            digest.update(block)
            size += len(block)
            file.write(block)
    run.file_size, run.sha256 = size, digest.hexdigest()


def header_key(header: list[str]) -> str:
    """What files with the same columns have in common."""
    return hashlib.sha256(
        "\x1f".join(" ".join(name.casefold().split()) for name in header).encode()
    ).hexdigest()


def custom_fields(kind: str) -> dict[str, FieldType]:
    """The custom fields of the records that rows of `kind` describe, by key, as an import reads them."""
    return fields_of_records(import_kinds[kind].own_fields_of)


def fields_of_records(record_kind: str) -> dict[str, FieldType]:
    """The custom fields of a kind of record, by key, as an import reads them."""
    return {row.key: _field_type(row) for row in definitions(record_kind) if row.type != "file"}


def _field_type(row: CustomField) -> FieldType:
    choices: dict[str, str] = {}
    for choice in row.options.get("choices", []):
        for text in (choice["key"], *choice.get("labels", {}).values()):
            choices.setdefault(_folded(str(text)), choice["key"])
    limit = LONG_LIMIT if row.type == "long_text" else int(row.options.get("max_length") or TEXT_LIMIT)
    return FieldType(
        row.type,
        label_of(row),
        choices,
        row.options.get("currency", "BDT"),
        limit,
        row.options.get("minimum"),
        row.options.get("maximum"),
    )


def mapping_of(run: Import) -> list[ColumnMapping]:
    return [ColumnMapping.from_dict(entry) for entry in run.mapping]


def reader_of(run: Import, mapping: list[ColumnMapping] | None = None) -> RowReader:
    """The reader of rows for this import, with everything the house knows by name."""
    layout = next((one for one in LAYOUTS if one.key == run.layout), None)
    options = run.options
    # A number of our own export that has no country code had none that was known: it is not given one now.
    is_own = bool(layout and layout.source == OWN_SOURCE)
    reading = ReadingOptions(
        country=options.get("country") or ("" if is_own else settings.DEFAULT_COUNTRY),
        time_zone=run.actor.time_zone or "UTC",
        bad_cells=options.get("bad_cells", "fail"),
        tag_separator=layout.tag_separator if layout else "",
        orders=options.get("orders") or {},
        mixed=frozenset(name for name, one in (options.get("dates") or {}).items() if one["is_mixed"]),
        known=known_names(run),
        added=ADDED.get(run.kind, {}),
        currency=options.get("currency") or import_kinds[run.kind].currency(),
        alone=import_kinds[run.kind].alone,
        fields=custom_fields(run.kind),
    )
    return RowReader(mapping or mapping_of(run), import_kinds[run.kind].base, reading)


def known_names(run: Import) -> dict[str, dict[str, Any]]:
    """For the columns that only take what the house knows: what a cell may say, and what it means."""
    added = import_kinds[run.kind].known
    users: dict[str, Any] = {}
    for pk, mail, name in User.objects.filter(is_active=True, is_system=False).values_list(
        "pk", "email", "full_name"
    ):
        users[_folded(mail)] = pk
        users.setdefault(_folded(name), pk)
    stages: dict[str, Any] = dict(STAGES)
    channels: dict[str, Any] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            stages |= {_folded(str(label)): value for value, label in Lifecycle.choices}
            channels |= {_folded(str(label)): value for value, label in CHANNELS.items()}
    stages |= {value: value for value in Lifecycle.values}
    channels |= {value: value for value in CHANNELS}
    languages = COMMON_LANGUAGES | {code: code for code in set(COMMON_LANGUAGES.values())}
    teams = {_folded(name): pk for pk, name in Team.objects.values_list("pk", "name")}
    return {
        "owner": users,
        "team": teams,
        "lifecycle": stages,
        "preferred_channel": channels,
        "language": languages,
        "time_zone": _zones(),
        **(added(run) if added else {}),
    }


def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones()}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def policy_of(run: Import) -> Policy:
    """The choices of the person as the plan reads them; what is missing gets the safe default."""
    options = run.options
    layout = next((one for one in LAYOUTS if one.key == run.layout), None)
    owner = options.get("owner") or str(run.actor_id)
    team = options.get("team") or (str(run.actor.team_id) if run.actor.team_id else "")
    kind = import_kinds[run.kind]
    chosen = {**kind.defaults, **{name: value for name, value in options.items() if value not in (None, "")}}
    source = options.get("source") or (layout.source if layout and layout.source else "import")
    return Policy(
        kind=kind.base_record_kind,
        source=source[:60],
        company_source=(
            options.get("company_source") or (layout.company_source if layout else "") or "import"
        )[:60],
        match=tuple(options.get("match") or kind.defaults["match"]),
        on_match=chosen.get("on_match", "update"),
        overwrite=chosen.get("overwrite", True),
        on_suspect=chosen.get("on_suspect", "create"),
        lifecycle=options.get("lifecycle")
        or kind.defaults.get("lifecycle")
        or ("lead" if run.layout == "zoho_leads" else Lifecycle.PROSPECT.value),
        owner_id=UUID(owner) if owner != "nobody" else None,
        team_id=UUID(team) if team else None,
        tags=tuple(options.get("tags") or ()),
        titles=_titles_of(mapping_of(run)),
    )


def _titles_of(mapping: list[ColumnMapping]) -> dict[str, str]:
    """What the file calls the columns of ours and the custom fields it fills."""
    titles = {f"field:{column.fallback}": column.column for column in mapping if column.fallback}
    titles |= {column.target: column.column for column in mapping if column.target not in ("owner", "team")}
    if "name" in titles:
        titles["full_name"] = titles["name"]
    return titles


def _holds_dates(column: ColumnMapping) -> bool:
    """By what its values look like, or since it was mapped to something that is a date."""
    if "date" in (column.holds, column.label) or column.target in ("birthday", "created_at"):
        return True
    return any(column.target in added and added[column.target].holds == "date" for added in ADDED.values())


class Survey:
    """One pass over the whole file: how many rows, how long the texts of each column, how dates are ordered, who is unknown."""

    def __init__(
        self, source: Source, mapping: list[ColumnMapping], known: dict[str, dict[str, Any]]
    ) -> None:
        self.rows = 0
        self.longest = [0] * len(mapping)
        self.unknown: set[int] = set()
        dates: dict[int, set[str]] = defaultdict(set)
        constrained = [
            (place, known[one.target]) for place, one in enumerate(mapping) if one.target in CONSTRAINED
        ]
        dated = [place for place, one in enumerate(mapping) if _holds_dates(one)]
        for row in source.rows():
            self.rows += 1
            for place, cell in enumerate(row.cells):
                if len(cell) > self.longest[place] and not cell.isspace():
                    self.longest[place] = len(cell)
            for place, names in constrained:
                text = _folded(row.cells[place])
                if text and text not in names:
                    self.unknown.add(place)
            for place in dated:
                if row.cells[place] and len(dates[place]) < 50_000:
                    dates[place].add(row.cells[place])
        self.orders = {mapping[place].column: date_order(values) for place, values in dates.items()}


def prepare(run: Import, *, make_fields: bool = True) -> None:
    """Look at the whole file once, make the custom fields the mapping asks for, and settle how dates are read.

    Without `make_fields` nothing is written: columns whose field does not exist yet stand in as lines of the note.
    Changes `run` (not saved). Safe to repeat: what is already made is found by its title.
    """
    mapping = mapping_of(run)
    survey = Survey(source_of(run), mapping, known_names(run))
    maker = FieldMaker(run, make_fields)
    settled = []
    for column, longest, place in zip(mapping, survey.longest, range(len(mapping)), strict=True):
        if column.target == CUSTOM:
            column = _with(column, target=maker.target_for(column, longest) if longest else SKIP)
        elif place in survey.unknown and not column.fallback:
            target = maker.target_for(column, longest)
            column = _with(column, fallback=target.removeprefix("field:") if target != NOTE_LINE else "")
        settled.append(column)
    run.total_rows = survey.rows
    run.mapping = [column.as_dict() for column in settled]
    _settle_dates(run, survey.orders)


def _settle_dates(run: Import, found: dict[str, Order]) -> None:
    """Day or month first, per column: as chosen for it, else as chosen for all, else as most of its dates are. What was
    found is kept beside it, to be shown."""
    for_all = run.options.get("date_order")
    chosen = run.options.get("chosen_orders") or {}
    orders = {
        name: for_all
        if for_all and (order.is_mixed or not (order.day_first or order.month_first))
        else order.wins()
        for name, order in found.items()
    }
    run.options["orders"] = orders | chosen
    run.options["dates"] = {
        name: {**order._asdict(), "is_mixed": order.is_mixed, "order": run.options["orders"][name]}
        for name, order in found.items()
        if order.is_mixed or order.either
    }


def may_make_fields(actor: Any) -> bool:
    """Whether columns nobody knows may become fields of their own; otherwise they are kept in the note."""
    return bool(actor.holds(PERMISSION))


def _with(column: ColumnMapping, **changes: Any) -> ColumnMapping:
    return ColumnMapping(**{**column.as_dict(), **changes})


class FieldMaker:
    """Finds or makes the custom field that keeps a column. Where none can be made, the column goes to the note."""

    def __init__(self, run: Import, may_make: bool = True) -> None:
        self.run = run
        kind = import_kinds[run.kind]
        self.kind = kind.own_fields_of
        may_have = record_kinds[self.kind].custom_fields if self.kind in record_kinds else False
        self.may_make = may_make and may_have and may_make_fields(run.actor)
        self.rehearses = not may_make and may_have and may_make_fields(run.actor)
        self.by_title = {_folded(field.title): key for key, field in custom_fields(run.kind).items()}

    def target_for(self, column: ColumnMapping, longest: int) -> str:
        title = BROKEN.sub("\ufffd", title_of(column.column))[:120]
        if known := self.by_title.get(_folded(title)):
            return f"field:{known}"
        if self.rehearses and column.label in OWN_TYPES:
            return CUSTOM
        if longest > LONG_LIMIT or not self.may_make:
            return NOTE_LINE
        chosen = OWN_TYPES.get(column.label, "text") if column.target == CUSTOM else "text"
        if chosen == "text" and longest > TEXT_LIMIT:
            chosen = "long_text"
        help_text = gettext("Made by the import of %(file)s") % {"file": self.run.file_name}
        try:
            field = create_field(
                actor=self.run.actor,
                kind=self.kind,
                type=chosen,
                labels={"en": title},
                helps={"en": help_text},
            )
        except ValidationError:
            return NOTE_LINE
        self.by_title[_folded(title)] = field.key
        return f"field:{field.key}"
