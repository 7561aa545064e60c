from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0015_one_part_of_a_stakeholder")]

    operations = [
        migrations.AddField(
            model_name="opportunity",
            name="campaign",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="campaign"),
        )
    ]
