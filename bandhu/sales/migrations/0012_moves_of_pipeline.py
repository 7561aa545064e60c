"""Who sees a part of the moves reads them from the index too. `left_at` leaves it: nothing counted needs it, and every move wrote it anew."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sales", "0011_sellers_of_moves")]

    operations = [
        AddIndexConcurrently(
            model_name="stagemove",
            index=models.Index(
                fields=["pipeline", "at"],
                include=["to_stage", "from_stage", "seconds", "base_amount_minor", "opportunity", "owner", "team"],
                name="moves_of_pipeline",
            ),
        ),
        RemoveIndexConcurrently(model_name="stagemove", name="moves_by_time"),
    ]
