"""How articles are used, day by day. Nobody's name stands beside it."""

from django.db import models

from bandhu.identity.scoping import ScopedQuerySet
from bandhu.knowledge.models.articles import Article
from bandhu.platform.ids import new_id


class ArticleDay(models.Model):
    """How often an article was opened in one language on one day (of the house's zone), by readers who are no colleagues."""

    scope: dict[str, tuple[str, ...]] = {"owner": (), "team": ()}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, db_index=False, related_name="days")
    language = models.CharField(max_length=12)
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["article", "day", "language"], name="article_day_once")
        ]
        indexes = [models.Index(fields=["day"], name="article_days_by_day")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.day}: {self.views}"


class ArticleSearch(models.Model):
    """Words for which readers searched before they opened an article, counted by day."""

    scope: dict[str, tuple[str, ...]] = {"owner": (), "team": ()}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, db_index=False, related_name="searches")
    term = models.CharField(max_length=120)
    language = models.CharField(max_length=12)
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-times"]
        constraints = [
            models.UniqueConstraint(fields=["article", "day", "term", "language"], name="article_search_once")
        ]
        indexes = [models.Index(fields=["day"], name="article_searches_by_day")]

    def __str__(self) -> str:
        return self.term


class ArticleReply(models.Model):
    """An answer to a customer that has an article, or the link to it, in it."""

    scope: dict[str, tuple[str, ...]] = {"owner": (), "team": ()}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, db_index=False, related_name="replies")
    language = models.CharField(max_length=12)
    conversation_id = models.UUIDField()
    message_id = models.UUIDField()
    written_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["article", "message_id"], name="article_once_in_a_message")
        ]
        indexes = [models.Index(fields=["written_at"], name="article_replies_by_time")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.written_at}"
