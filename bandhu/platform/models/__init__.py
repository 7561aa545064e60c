from .audit import AuditEntry
from .bulk import BulkChange, BulkChangeRow
from .custom_fields import CustomField, CustomFieldVersion
from .events import EventRecord
from .files import StoredFile
from .notifications import Notification
from .presence import Presence
from .rate_limits import RateLimit
from .requests import IdempotentAnswer
from .search import SearchEntry, SearchWord
from .settings import Setting
from .views import SavedView

__all__ = [
    "AuditEntry",
    "BulkChange",
    "BulkChangeRow",
    "CustomField",
    "CustomFieldVersion",
    "EventRecord",
    "IdempotentAnswer",
    "Notification",
    "Presence",
    "RateLimit",
    "SavedView",
    "SearchEntry",
    "SearchWord",
    "Setting",
    "StoredFile",
]
