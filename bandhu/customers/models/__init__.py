from .contacts import Company, Contact, Lifecycle
from .points import AlternativeName, EmailAddress, ExternalId, Phone, PostalAddress, SocialHandle
from .relations import Relation
from .tags import Tag

__all__ = [
    "AlternativeName",
    "Company",
    "Contact",
    "EmailAddress",
    "ExternalId",
    "Lifecycle",
    "Phone",
    "PostalAddress",
    "Relation",
    "SocialHandle",
    "Tag",
]
