from django.db import models


class Setting(models.Model):
    """A value an administrator changed; defaults live with the code that registers the setting."""

    name = models.CharField(max_length=100, primary_key=True)
    value = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
