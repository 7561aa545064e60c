from .contacts import Company, Contact, Lifecycle
from .imports import FailedRow, Import, ImportedRow, SavedMapping
from .points import AlternativeName, EmailAddress, ExternalId, Phone, PostalAddress, SocialHandle
from .relations import Relation
from .tags import Tag

__all__ = [
    "AlternativeName",
    "Company",
    "Contact",
    "EmailAddress",
    "ExternalId",
    "FailedRow",
    "Import",
    "ImportedRow",
    "Lifecycle",
    "Phone",
    "PostalAddress",
    "Relation",
    "SavedMapping",
    "SocialHandle",
    "Tag",
]
