"""What happens to customers. Ids are texts, so that a payload reads the same before and after the queue."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class ContactCreated(Event, name="customers.contact_created", sentence=_("A contact was created")):
    contact_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ContactChanged(Event, name="customers.contact_changed", sentence=_("A contact was changed")):
    """`fields` are the names of what changed; values are in the audit trail."""

    contact_id: str
    title: str
    version: int
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ContactDeleted(Event, name="customers.contact_deleted", sentence=_("A contact was moved to the bin")):
    contact_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ContactRestored(
    Event, name="customers.contact_restored", sentence=_("A contact came back from the bin")
):
    contact_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ContactPurged(Event, name="customers.contact_purged", sentence=_("A contact was erased for good")):
    """No name: nothing about the person may remain in the event."""

    contact_id: str


@dataclass(frozen=True, kw_only=True)
class CompanyCreated(Event, name="customers.company_created", sentence=_("A company was created")):
    company_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class CompanyChanged(Event, name="customers.company_changed", sentence=_("A company was changed")):
    company_id: str
    title: str
    version: int
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class CompanyDeleted(Event, name="customers.company_deleted", sentence=_("A company was moved to the bin")):
    company_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class CompanyRestored(
    Event, name="customers.company_restored", sentence=_("A company came back from the bin")
):
    company_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class CompanyPurged(Event, name="customers.company_purged", sentence=_("A company was erased for good")):
    company_id: str


@dataclass(frozen=True, kw_only=True)
class RelationChanged(
    Event, name="customers.relation_changed", sentence=_("A relation between customers changed")
):
    """`change` is "added" or "removed"; the sides are "contact:<id>" or "company:<id>"."""

    relation_id: str
    change: str
    role: str
    from_side: str
    to_side: str


@dataclass(frozen=True, kw_only=True)
class TagsMerged(Event, name="customers.tags_merged", sentence=_("Tags were merged")):
    kept: str
    gone: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ContactsMerged(Event, name="customers.contacts_merged", sentence=_("Two contacts were merged")):
    """`contact_id` is the one that stays, `merged_id` the one that went into it."""

    contact_id: str
    merged_id: str
    merge_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ContactMergeUndone(
    Event, name="customers.contact_merge_undone", sentence=_("A merge of contacts was taken back")
):
    contact_id: str
    merged_id: str
    merge_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class CompaniesMerged(Event, name="customers.companies_merged", sentence=_("Two companies were merged")):
    company_id: str
    merged_id: str
    merge_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class CompanyMergeUndone(
    Event, name="customers.company_merge_undone", sentence=_("A merge of companies was taken back")
):
    company_id: str
    merged_id: str
    merge_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class RecordsImported(Event, name="records_imported", sentence=_("Records were imported")):
    """One event for a whole chunk of rows; which records they are, the import knows."""

    import_id: str
    kind: str
    first_row: int
    last_row: int
    created: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class ImportFinished(Event, name="import_finished", sentence=_("An import finished")):
    import_id: str
    kind: str
    created: int
    changed: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Event, name="import_undone", sentence=_("An import was undone")):
    import_id: str
    kind: str
    undone: int
    kept: int
