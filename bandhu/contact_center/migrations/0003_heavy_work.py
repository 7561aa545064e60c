from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("contact_center", "0002_work_that_rests")]

    operations = [
        AddIndexConcurrently(
            model_name="workitem",
            index=models.Index(
                models.F("queue"),
                models.OrderBy(models.F("priority"), descending=True),
                models.F("enqueued_at"),
                models.F("id"),
                condition=models.Q(("state", "waiting"), ("weight__gt", 1)),
                name="heavy_work_waiting",
            ),
        )
    ]
