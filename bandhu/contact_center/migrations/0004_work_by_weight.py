from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("contact_center", "0003_heavy_work")]

    operations = [
        AddIndexConcurrently(
            model_name="workitem",
            index=models.Index(
                models.F("queue"),
                models.F("weight"),
                models.OrderBy(models.F("priority"), descending=True),
                models.F("enqueued_at"),
                models.F("id"),
                condition=models.Q(("state", "waiting")),
                name="work_by_weight",
            ),
        ),
        RemoveIndexConcurrently(model_name="workitem", name="heavy_work_waiting"),
    ]
