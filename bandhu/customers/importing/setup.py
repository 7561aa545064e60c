"""From the choices of a person to everything a chunk needs: the opened file, the reader of rows, the policy."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext, override

from bandhu.customers.importing.plan import Policy
from bandhu.customers.imports.custom_values import FieldType
from bandhu.customers.imports.dates import date_order
from bandhu.customers.imports.layouts import LAYOUTS
from bandhu.customers.imports.mapping import CUSTOM, SKIP, ColumnMapping
from bandhu.customers.imports.records import CONSTRAINED, ReadingOptions, RowReader
from bandhu.customers.imports.sources import Reading, Source, open_source
from bandhu.customers.imports.values import BROKEN
from bandhu.customers.models import Import, Lifecycle
from bandhu.customers.record_values import CHANNELS
from bandhu.identity.models import Team, User
from bandhu.platform.models import CustomField

RECORD_KIND = {"contacts": "contact", "companies": "company"}
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


def folder_of(run: Import) -> Path:
    """Where the file of an import lies, under names of ours alone."""
    return Path(settings.MEDIA_ROOT) / "imports" / str(run.pk)


def original_of(run: Import) -> Path:
    return folder_of(run) / "original"


def source_of(run: Import) -> Source:
    """The opened file. Raises SourceProblem."""
    return open_source(original_of(run), Reading.from_dict(run.reading))


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
    """The custom fields of a kind of record, by key, as an import reads them."""
    rows = CustomField.objects.filter(record_kind=RECORD_KIND[kind], retired_at__isnull=True)
    return {row.key: _field_type(row) for row in rows}


def _field_type(row: CustomField) -> FieldType:
    choices: dict[str, str] = {}
    for choice in row.options.get("choices", []):
        for text in (choice["key"], *choice.get("labels", {}).values()):
            choices.setdefault(" ".join(str(text).casefold().split()), choice["key"])
    return FieldType(row.type, label_of(row), choices, row.options.get("currency", ""))


def label_of(row: CustomField) -> str:
    return str(row.labels.get("en") or next(iter(row.labels.values()), row.key))


def mapping_of(run: Import) -> list[ColumnMapping]:
    return [ColumnMapping.from_dict(entry) for entry in run.mapping]


def reader_of(run: Import, mapping: list[ColumnMapping] | None = None) -> RowReader:
    """The reader of rows for this import, with everything the house knows by name."""
    layout = next((one for one in LAYOUTS if one.key == run.layout), None)
    options = run.options
    reading = ReadingOptions(
        country=options.get("country") or settings.DEFAULT_COUNTRY,
        time_zone=run.actor.time_zone or "UTC",
        bad_cells=options.get("bad_cells", "fail"),
        tag_separator=layout.tag_separator if layout else "",
        orders=options.get("orders") or {},
        known=known_names(),
        fields=custom_fields(run.kind),
    )
    return RowReader(mapping or mapping_of(run), run.kind, reading)


def known_names() -> dict[str, dict[str, Any]]:
    """For the columns that only take what the house knows: what a cell may say, and what it means."""
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
    default_match = ["external_id", "email"] if run.kind == "contacts" else ["external_id", "name"]
    source = options.get("source") or (layout.source if layout and layout.source else "import")
    return Policy(
        kind=RECORD_KIND[run.kind],
        source=source[:60],
        company_source=(
            options.get("company_source") or (layout.company_source if layout else "") or "import"
        )[:60],
        match=tuple(options.get("match") or default_match),
        on_match=options.get("on_match", "update"),
        overwrite=options.get("overwrite", True),
        on_suspect=options.get("on_suspect", "create"),
        lifecycle=options.get("lifecycle")
        or ("lead" if run.layout == "zoho_leads" else Lifecycle.PROSPECT.value),
        owner_id=UUID(owner) if owner != "nobody" else None,
        team_id=UUID(team) if team else None,
        tags=tuple(options.get("tags") or ()),
    )


class Survey:
    """One pass over the whole file: how many rows, which columns hold anything, how dates are ordered, who is unknown."""

    def __init__(
        self, source: Source, mapping: list[ColumnMapping], known: dict[str, dict[str, Any]]
    ) -> None:
        self.rows = 0
        self.filled: set[int] = set()
        self.unknown: set[int] = set()
        dates: dict[int, list[str]] = defaultdict(list)
        constrained = [
            (place, known[one.target]) for place, one in enumerate(mapping) if one.target in CONSTRAINED
        ]
        dated = [
            place
            for place, one in enumerate(mapping)
            if one.holds == "date" or one.target in ("birthday", "created_at")
        ]
        empty = set(range(len(mapping)))
        for row in source.rows():
            self.rows += 1
            if empty:
                found = {place for place in empty if row.cells[place].strip()}
                self.filled |= found
                empty -= found
            for place, names in constrained:
                text = _folded(row.cells[place])
                if text and text not in names:
                    self.unknown.add(place)
            for place in dated:
                if row.cells[place] and len(dates[place]) < 50_000:
                    dates[place].append(row.cells[place])
        self.orders = {mapping[place].column: date_order(values) for place, values in dates.items()}


def prepare(run: Import) -> None:
    """Look at the whole file once, make the custom fields the mapping asks for, and settle how dates are read.

    Changes `run` (not saved). Safe to repeat: what is already made is found by its title.
    """
    source, mapping = source_of(run), mapping_of(run)
    survey = Survey(source, mapping, known_names())
    by_title = {_folded(field.title): key for key, field in custom_fields(run.kind).items()}
    settled = []
    for place, column in enumerate(mapping):
        if column.target == CUSTOM:
            key = _field_for(run, column, by_title) if place in survey.filled else ""
            column = _with(column, target=f"field:{key}" if key else SKIP)
        elif place in survey.unknown and not column.fallback:
            column = _with(column, fallback=_field_for(run, column, by_title))
        settled.append(column)
    run.total_rows = survey.rows
    run.mapping = [column.as_dict() for column in settled]
    chosen = run.options.get("date_order") or "dmy"
    run.options["orders"] = {
        name: chosen if order == "either" else order for name, order in survey.orders.items()
    } | (run.options.get("chosen_orders") or {})


def _with(column: ColumnMapping, **changes: Any) -> ColumnMapping:
    return ColumnMapping(**{**column.as_dict(), **changes})


FIELD_TYPES = {
    "number": "number",
    "date": "date",
    "yes_no": "boolean",
    "long_text": "long_text",
    "money": "money",
}


def _field_for(run: Import, column: ColumnMapping, by_title: dict[str, str]) -> str:
    """The custom field that keeps a column: the one of that title, else a new one."""
    title = BROKEN.sub("\ufffd", column.column)[:120]
    known = by_title.get(_folded(title))
    if known:
        return known
    chosen = FIELD_TYPES.get(column.label, "text") if column.target == CUSTOM else "text"
    row = CustomField.objects.create(
        record_kind=RECORD_KIND[run.kind],
        type=chosen,
        labels={"en": title},
        helps={"en": gettext("Made by the import of %(file)s") % {"file": run.file_name}},
        position=900,
    )
    by_title[_folded(title)] = row.key
    return row.key
