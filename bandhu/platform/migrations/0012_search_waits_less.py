import django.contrib.postgres.indexes
from django.db import migrations

WAITING_KB = 256
_INDEXES = [
    ("searchentry", "search_by_keys", {"fields": ["kind", "keys"]}),
    ("searchentry", "search_by_marks", {"fields": ["marks"], "opclasses": ["gin_trgm_ops"]}),
    ("searchword", "search_word_keys", {"fields": ["keys"]}),
    ("searchword", "search_word_parts", {"fields": ["word"], "opclasses": ["gin_trgm_ops"]}),
    ("searchword", "search_sound_parts", {"fields": ["sound"], "opclasses": ["gin_trgm_ops"]}),
]


def _known(model, name, shape):
    index = django.contrib.postgres.indexes.GinIndex(name=name, gin_pending_list_limit=WAITING_KB, **shape)
    return [
        migrations.RemoveIndex(model_name=model, name=name),
        migrations.AddIndex(model_name=model, index=index),
    ]


class Migration(migrations.Migration):
    """The indexes stay as they are; only what may wait before them becomes less."""

    dependencies = [
        ("platform", "0011_kept_headers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER INDEX {name} SET (gin_pending_list_limit = {WAITING_KB})",
                    f"ALTER INDEX {name} RESET (gin_pending_list_limit)",
                )
                for _model, name, _shape in _INDEXES
            ],
            state_operations=[
                operation
                for model, name, shape in _INDEXES
                for operation in _known(model, name, shape)
            ],
        ),
    ]
