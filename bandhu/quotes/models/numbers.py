from django.db import models


class NumberSeries(models.Model):
    """The last number given in a series ("Q-2026-"). Whoever needs the next one waits for the row until the other's transaction ends."""

    prefix = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}{self.last}"
