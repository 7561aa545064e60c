from django.db import migrations, models

_PERIODS = [("month", "a month"), ("quarter", "a quarter"), ("year", "a year")]


def _recurring(model):
    return [
        migrations.AddField(
            model_name=model,
            name="recurs",
            field=models.CharField(blank=True, choices=_PERIODS, db_default="", default="", max_length=7),
        ),
        migrations.AddField(
            model_name=model, name="times", field=models.PositiveSmallIntegerField(db_default=1, default=1)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_quotes_and_orders")]

    operations = [*_recurring("quoteline"), *_recurring("orderline")]
