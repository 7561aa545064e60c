from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.ids import new_id

# Files of this kind are pictures in texts; those of "article" can be downloaded with it.
PICTURE = "article.picture"


class Audience(models.TextChoices):
    """Who may read an article, the widest first."""

    PUBLIC = "public", _("Everybody")
    CUSTOMERS = "customers", _("Customers who signed in")
    STAFF = "staff", _("Staff only")


class State(models.TextChoices):
    """How far what is being written has come; what readers see is the published version, whatever this says."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class Category(models.Model):
    """A shelf of the help centre, within another or at the top; its name and text by language."""

    scope: dict[str, tuple[str, ...]] = {"owner": (), "team": ()}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    icon = models.CharField(max_length=40, default="book-open")
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return str(self.names.get("en") or next(iter(self.names.values()), self.key))


class Article(models.Model):
    """One thing worth knowing, told in one language or several.

    `title`, `state` and the language columns repeat what the texts say, so that a list reads one table. `number` is its short public
    name: addresses have it. `source_number` is the newest version of the source language that translations must follow.
    """

    # Articles belong to the company: who may see one sees them all.
    scope: dict[str, tuple[str, ...]] = {"owner": (), "team": ()}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True, editable=False)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="articles"
    )
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PUBLIC)
    source_language = models.CharField(max_length=12, default="en")
    source_number = models.PositiveIntegerField(default=0, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    review_by = models.DateField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)

    # Shown in lists
    title = models.CharField(max_length=300, editable=False)
    sort_key = models.BinaryField(editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    languages = ArrayField(models.CharField(max_length=12), default=list, editable=False)
    live_languages = ArrayField(models.CharField(max_length=12), default=list, editable=False)
    behind = ArrayField(models.CharField(max_length=12), default=list, editable=False)
    is_behind = models.BooleanField(default=False, editable=False)
    helpful = models.PositiveIntegerField(default=0, editable=False)
    unhelpful = models.PositiveIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="article_by_title"),
            models.Index(fields=["updated_at", "id"], name="article_by_change"),
            models.Index(fields=["review_by"], name="article_by_review"),
            models.Index(
                fields=["-helpful", "-published_at"],
                condition=models.Q(archived_at__isnull=True),
                name="article_by_help",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleText(models.Model):
    """An article in one language, as it is being written; `live` is what readers see, None while they see nothing.

    `follows` is the number of the source's version this translation was last brought up to.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    publish_at = models.DateTimeField(null=True, blank=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    follows = models.PositiveIntegerField(default=0)
    live = models.ForeignKey(
        "ArticleVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["article", "language"], name="one_text_per_language")]
        indexes = [
            models.Index(
                fields=["publish_at"],
                name="texts_to_publish",
                condition=models.Q(publish_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """A text as it was published. Never changed afterwards."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    text = models.ForeignKey(ArticleText, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="versions_are_numbered")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ArticleWord(models.Model):
    """A word of what readers see, in the forms by which another spelling or script finds it. `weight`: 6 in the title, 3 in the summary, 1 in the text."""

    text = models.ForeignKey(ArticleText, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=60)
    sound = models.CharField(max_length=60)
    weak = models.CharField(max_length=60, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "word"], name="article_word_once")]
        indexes = [
            models.Index(fields=["word"], opclasses=["varchar_pattern_ops"], name="article_word_begins"),
            models.Index(fields=["sound"], opclasses=["varchar_pattern_ops"], name="article_sound_begins"),
            models.Index(fields=["weak"], name="article_word_weak"),
        ]

    def __str__(self) -> str:
        return self.word


class ArticleMeaning(models.Model):
    """What a published text means to a `model`: `parts` vectors of signed bytes, one after the other (see meaning_vectors).

    `version` is the one it was made of: another one that readers see, or another model, makes it out of date.
    """

    text = models.OneToOneField(
        ArticleText, on_delete=models.CASCADE, primary_key=True, related_name="meaning"
    )
    version = models.UUIDField()
    model = models.CharField(max_length=60)
    parts = models.PositiveSmallIntegerField()
    vectors = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.text_id}: {self.model}"
