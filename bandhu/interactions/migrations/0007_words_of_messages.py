from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("interactions", "0006_conversations")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX message_words ON interactions_message USING gin (words)",
            "DROP INDEX message_words",
        ),
    ]
