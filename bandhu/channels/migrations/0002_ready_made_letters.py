from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="mailtemplate",
            name="key",
            field=models.SlugField(blank=True, editable=False, max_length=40),
        ),
        migrations.AlterField(
            model_name="mailtemplate",
            name="name",
            field=models.CharField(blank=True, max_length=120, verbose_name="name"),
        ),
        migrations.AddConstraint(
            model_name="mailtemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("key",), name="one_letter_of_a_key"
            ),
        ),
    ]
