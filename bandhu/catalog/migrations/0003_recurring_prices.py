from django.db import migrations, models

_PERIODS = [("month", "a month"), ("quarter", "a quarter"), ("year", "a year")]
_HAS = "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'catalog_priceentry' AND column_name = 'recurs'"
_BRING_UP = """
    ALTER TABLE catalog_priceentry
        ADD COLUMN recurs varchar(7) NOT NULL DEFAULT '',
        DROP CONSTRAINT one_price_per_tier,
        ADD CONSTRAINT one_price_per_period_and_tier UNIQUE (book_id, product_id, recurs, min_quantity)
"""


def bring_up(_apps, schema_editor):
    """A database made before the first release, when prices had no periods yet, gets what 0002 makes in a new one."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_HAS)
        if cursor.fetchone() is None:
            cursor.execute(_BRING_UP)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_products_and_prices")]

    operations = [
        migrations.RunPython(bring_up, migrations.RunPython.noop),
        migrations.AddField(
            model_name="product",
            name="recurs",
            field=models.CharField(blank=True, choices=_PERIODS, db_default="", default="", max_length=7),
        ),
        migrations.AddField(
            model_name="product",
            name="times",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
