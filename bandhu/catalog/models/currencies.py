from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.platform.ids import new_id
from bandhu.platform.money import Rounding

ROUNDINGS = [
    (Rounding.HALF_UP.value, _("Half a unit goes up")),
    (Rounding.HALF_EVEN.value, _("Half a unit goes to the even one")),
    (Rounding.UP.value, _("Always up")),
    (Rounding.DOWN.value, _("Always down")),
]


class Currency(models.Model):
    """A currency this company works in, and how less than its smallest unit is rounded. Exactly one is the base, once chosen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=3, unique=True)
    rounding = models.CharField(max_length=10, choices=ROUNDINGS, default=Rounding.HALF_UP.value)
    is_base = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["-is_base", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_base"], condition=models.Q(is_base=True), name="one_base_currency"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ExchangeRate(models.Model):
    """How many units of the base currency one unit of `currency` was worth from `on` until the next rate."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    currency = models.ForeignKey(Currency, on_delete=models.CASCADE, related_name="rates")
    on = models.DateField()
    rate = models.DecimalField(max_digits=24, decimal_places=12)
    source = models.CharField(max_length=120, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "on"], name="one_rate_per_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency_id} {self.on}: {self.rate}"
