from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bandhu.platform.ids import new_id


class Reach(models.TextChoices):
    """On whose records a permission holds."""

    OWN = "own", _("Own")
    TEAM = "team", _("Team")
    BRANCH = "branch", _("Team and the teams below")
    EVERYONE = "everyone", _("Everyone's")


class Role(models.Model):
    """A named set of grants. Ready-made roles have a key, a translated name, and may be changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    is_ready_made = models.BooleanField(default=False)
    # Every permission with reach everyone, including those of apps installed later.
    holds_everything = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        # The names of the ready-made ones are in the catalogue, until an administrator renames them.
        return gettext(self.name) if self.is_ready_made and self.name else self.name

    @property
    def purpose(self) -> str:
        """The description, translated for a ready-made role."""
        return gettext(self.description) if self.is_ready_made and self.description else self.description


class Grant(models.Model):
    """The role may use `permission` on records within `reach`."""

    role = models.ForeignKey(Role, related_name="grants", on_delete=models.CASCADE)
    permission = models.CharField(max_length=100)
    reach = models.CharField(max_length=10, choices=Reach.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="one_grant_per_permission")
        ]

    def __str__(self) -> str:
        return f"{self.permission} ({self.reach})"
