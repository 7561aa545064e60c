"""Quotes and orders of another system come in once. The indexes are built beside the running work; one left half built is built anew."""

from django.db import migrations, models

_INDEX = "CREATE UNIQUE INDEX CONCURRENTLY {0} ON {1} (import_key) WHERE import_key IS NOT NULL"
_DROP = "DROP INDEX CONCURRENTLY IF EXISTS {0}"


def _once(model):
    name = f"one_{model}_of_a_row"
    rule = models.UniqueConstraint(
        condition=models.Q(("import_key__isnull", False)), fields=("import_key",), name=name
    )
    return migrations.SeparateDatabaseAndState(
        [migrations.RunSQL(_DROP.format(name), migrations.RunSQL.noop), migrations.RunSQL(_INDEX.format(name, f"quotes_{model}"), _DROP.format(name))],
        [migrations.AddConstraint(model_name=model, constraint=rule)],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("quotes", "0004_keys_of_rows")]

    operations = [_once("quote"), _once("order")]
