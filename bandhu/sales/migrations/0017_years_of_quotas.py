from django.db import migrations, models

_KINDS = [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")]


class Migration(migrations.Migration):
    dependencies = [("sales", "0016_campaign_of_opportunity")]

    operations = [
        migrations.AlterField(model_name=name, name="kind", field=models.CharField(choices=_KINDS, max_length=7))
        for name in ("forecastadjustment", "quota")
    ]
