from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class SearchEntry(models.Model):
    """What the search knows of one record. Written only by `search/indexing.py`, made anew from the record.

    `keys` holds what is looked up whole: every folded word of its names, "=" the whole name by sound, "c:" words
    of its company, "m:" mail addresses, "@" their domains, "o:" and "t:" owner and team. `marks` holds digits of
    telephones and local parts of mail addresses, where any part is looked for.
    """

    record_id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=300)
    detail = models.CharField(max_length=300, blank=True)
    other_names = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    keys = ArrayField(models.CharField(max_length=300), default=list)
    marks = models.TextField(blank=True)

    class Meta:
        indexes = [
            GinIndex(fields=["kind", "keys"], name="search_by_keys"),
            GinIndex(fields=["marks"], opclasses=["gin_trgm_ops"], name="search_by_marks"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """Every distinct word of the names in the index, in the forms by which a typed word finds it.

    There are far fewer words than records, so likeness is searched here and the records by whole words only.
    """

    word = models.CharField(max_length=60, primary_key=True)
    sound = models.CharField(max_length=60)
    keys = ArrayField(models.CharField(max_length=80), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["word"], opclasses=["varchar_pattern_ops"], name="search_word_begins"),
            models.Index(fields=["sound"], opclasses=["varchar_pattern_ops"], name="search_sound_begins"),
            GinIndex(fields=["keys"], name="search_word_keys"),
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_word_parts"),
            GinIndex(fields=["sound"], opclasses=["gin_trgm_ops"], name="search_sound_parts"),
        ]

    def __str__(self) -> str:
        return self.word
