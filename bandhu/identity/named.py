"""What an administrator names: in the house's first language, with translations for the readers of others."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Named(models.Model):
    """A name an administrator gives, with its translations by language code."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In the reader's language: the administrator's translation, else ours of a ready-made name."""
        return self.names.get(get_language() or "en") or (str(_(self.name)) if self.name else "")
