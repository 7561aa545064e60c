from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendars", "0009_own_fields_of_bookings")]
    operations = [
        migrations.AddField(
            model_name="calendaraccount",
            name="deletions_held",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
