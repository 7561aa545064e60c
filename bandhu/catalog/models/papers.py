from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bandhu.catalog.models.priced import PaperSums
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import Team
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.models.amounts import WithAmount
from bandhu.platform.money import Money


class CustomerPaper(PaperSums, WithAmount):
    """What an order, an invoice and a subscription have in common: for whom, in which language, what it comes to, and whose it is.

    `amount` is the total with taxes.
    """

    scope = {"owner": "owner", "team": "team"}

    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="%(class)ss"
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="%(class)ss"
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)
    # What a row of a file is known by, so that it comes in once; such a paper was written in another system.
    import_key = models.CharField(max_length=64, null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta(WithAmount.Meta):
        abstract = True
        constraints = [
            *WithAmount.Meta.constraints,
            models.UniqueConstraint(
                fields=["import_key"], condition=Q(import_key__isnull=False), name="one_%(class)s_of_a_row"
            ),
        ]

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether a file brought it in: its paper lies in the other system."""
        return self.import_key is not None

    @property
    def total(self) -> Money:
        """With taxes."""
        return Money(self.amount_minor or 0, self.currency)
