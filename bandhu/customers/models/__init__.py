from .contacts import Company, Contact, Lifecycle
from .duplicates import DuplicatePair, DuplicateScan, Merge
from .exports import Export
from .imports import FailedRow, Import, ImportedRow, SavedMapping, WarnedRow
from .points import AlternativeName, EmailAddress, ExternalId, Phone, PostalAddress, SocialHandle
from .relations import Relation
from .tags import Tag

__all__ = [
    "AlternativeName",
    "Company",
    "Contact",
    "DuplicatePair",
    "DuplicateScan",
    "EmailAddress",
    "Export",
    "ExternalId",
    "FailedRow",
    "Import",
    "ImportedRow",
    "Lifecycle",
    "Merge",
    "Phone",
    "PostalAddress",
    "Relation",
    "SavedMapping",
    "SocialHandle",
    "Tag",
    "WarnedRow",
]
