import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0003_subscriptions'),
        ('channels', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='reminder',
            name='mail',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='channels.mail'),
        ),
    ]
