"""What a row of a file is known by, so that it comes in once."""

from django.db import migrations, models


def _key(model):
    field = models.CharField(editable=False, max_length=64, null=True)
    return migrations.AddField(model_name=model, name="import_key", field=field)


class Migration(migrations.Migration):
    dependencies = [("quotes", "0003_shared_columns")]
    operations = list(map(_key, ("quote", "order")))
