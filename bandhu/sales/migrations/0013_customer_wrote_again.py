from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0012_moves_of_pipeline")]

    operations = [
        migrations.AddField(
            model_name="lead", name="waits_since", field=models.DateTimeField(blank=True, editable=False, null=True)
        )
    ]
