from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.customers.models import Contact
from bandhu.platform.ids import new_id
from bandhu.sales.models.opportunities import Opportunity


class Influence(models.TextChoices):
    """What part somebody plays in the customer's decision."""

    DECIDES = "decides", _("Decides")
    INFLUENCES = "influences", _("Influences")
    SUPPORTS = "supports", _("Supports us")
    USES = "uses", _("Will use it")
    BUYS = "buys", _("Handles the purchase")
    BLOCKS = "blocks", _("Blocks")


class Stakeholder(models.Model):
    """A person with a say in the decision. The same person may play two parts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="stakeholders")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="stakes")
    role = models.CharField(max_length=10, choices=Influence.choices)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "contact", "role"], name="one_part_of_a_stakeholder"
            )
        ]

    def __str__(self) -> str:
        return str(self.contact)


class Competitor(models.Model):
    """Somebody else who wants this sale."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="competitors")
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Split(models.Model):
    """A seller's part of the sale, in percent; the parts of one opportunity sum to 100, or there are none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="splits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    percent = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "user"], name="one_split_of_a_seller"),
            models.CheckConstraint(
                condition=models.Q(percent__gt=0, percent__lte=100), name="split_is_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.percent} %"
