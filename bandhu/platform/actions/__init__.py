"""The write door of platform."""

from .custom_fields import change_field, create_field, restore_field, retire_field
from .saved_views import change_view, create_view, delete_view, pin_view

__all__ = [
    "change_field",
    "change_view",
    "create_field",
    "create_view",
    "delete_view",
    "pin_view",
    "restore_field",
    "retire_field",
]
