from django.db import models

from bandhu.platform.ids import new_id


class Tag(models.Model):
    """A word people stick on contacts and companies; one list for the whole house."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    # Folded name: "VIP" and "vip " are one tag.
    key = models.CharField(max_length=60, unique=True)
    tone = models.CharField(max_length=20, default="neutral")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
