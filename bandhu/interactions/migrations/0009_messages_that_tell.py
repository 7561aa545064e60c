from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("interactions", "0008_where_the_inbox_looks")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(condition=models.Q(("kind", "event")), fields=["id"], name="messages_that_tell"),
        )
    ]
