from django.db import models

from bandhu.platform.ids import new_id


class PaymentAccount(models.Model):
    """An account at a payment provider through which customers may pay. Its keys are kept encrypted.

    `token` is the unguessable part of the address the provider sends its notices to.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gateway = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    sealed_keys = models.TextField(editable=False)
    token = models.CharField(max_length=64, unique=True, editable=False)
    currencies = models.JSONField(default=list)
    is_live = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
