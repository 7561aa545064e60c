from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interactions", "0010_where_follow_ups_are_listed")]

    operations = [
        migrations.AddField("conversation", "first_incoming_at", models.DateTimeField(null=True)),
    ]
