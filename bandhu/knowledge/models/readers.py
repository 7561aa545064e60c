"""What readers leave behind: what they looked for, and whether an article helped."""

from django.db import models

from bandhu.customers.models import Contact
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.knowledge.models.articles import Article
from bandhu.platform.ids import new_id


class MissedSearch(models.Model):
    """Words that found nothing, counted per language. Nobody's name stands beside them."""

    scope: dict[str, tuple[str, ...]] = {"owner": (), "team": ()}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    term = models.CharField(max_length=120)
    language = models.CharField(max_length=12)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-times", "-last_at"]
        constraints = [models.UniqueConstraint(fields=["term", "language"], name="missed_once_per_language")]
        indexes = [models.Index(fields=["-times", "-last_at"], name="missed_by_times")]

    def __str__(self) -> str:
        return self.term


class ArticleFeedback(models.Model):
    """One reader's answer to "Was this helpful?"; whose it was is known only of customers who had signed in."""

    scope: dict[str, tuple[str, ...]] = {"owner": (), "team": ()}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="feedback")
    language = models.CharField(max_length=12)
    version_number = models.PositiveIntegerField(default=0)
    is_helpful = models.BooleanField()
    comment = models.TextField(blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at"]
        indexes = [models.Index(fields=["article", "-given_at"], name="feedback_of_article")]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.is_helpful}"
