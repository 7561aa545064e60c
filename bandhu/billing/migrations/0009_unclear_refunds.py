"""A refund whose answer was lost is called that. Those that were asked before and have no number may be such: nobody knows."""

from django.db import migrations, models

_LOST = """
UPDATE billing_payment SET state = 'unclear'
WHERE kind = 'refund' AND state = 'pending' AND reference = '' AND account_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_papers_of_files")]
    operations = [
        migrations.AlterField(
            model_name="payment",
            name="state",
            field=models.CharField(
                choices=[
                    ("done", "Done"),
                    ("pending", "Asked of the provider"),
                    ("unclear", "Asked, the answer was lost"),
                    ("failed", "Failed"),
                ],
                default="done",
                max_length=7,
            ),
        ),
        migrations.RunSQL(
            _LOST, "UPDATE billing_payment SET state = 'pending' WHERE state = 'unclear'", elidable=True
        ),
    ]
