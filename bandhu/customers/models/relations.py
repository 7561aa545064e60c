from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models.contacts import Company, Contact
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id


class Relation(models.Model):
    """How two customers stand to each other, read from either side ("reports to" / "leads")."""

    scope = {
        "owner": ("from_contact__owner", "from_company__owner"),
        "team": ("from_contact__team", "from_company__team"),
    }

    class Role(models.TextChoices):
        WORKS_FOR = "works_for", _("works for")
        REPORTS_TO = "reports_to", _("reports to")
        DECIDES_FOR = "decides_for", _("decides for")
        INFLUENCES = "influences", _("influences")
        HOUSEHOLD = "household", _("same household as")
        RELATIVE = "relative", _("relative of")
        REFERRED_BY = "referred_by", _("referred by")
        SUBSIDIARY_OF = "subsidiary_of", _("subsidiary of")
        SUPPLIES = "supplies", _("supplies")
        PARTNER_OF = "partner_of", _("partner of")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=30, choices=Role.choices)
    title = models.CharField(max_length=150, blank=True)
    from_contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="relations_out"
    )
    from_company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.CASCADE, related_name="relations_out"
    )
    to_contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="relations_in"
    )
    to_company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.CASCADE, related_name="relations_in"
    )
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_contact__isnull=True) ^ models.Q(from_company__isnull=True),
                name="relation_has_one_start",
            ),
            models.CheckConstraint(
                condition=models.Q(to_contact__isnull=True) ^ models.Q(to_company__isnull=True),
                name="relation_has_one_end",
            ),
        ]

    def __str__(self) -> str:
        return self.role
