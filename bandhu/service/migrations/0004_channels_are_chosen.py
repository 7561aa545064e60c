"""Filters asked for the channel of a ticket as for a text; now it is chosen from the list of channels."""

from django.db import migrations

_CHANNELS = (
    "mail", "chat", "form", "sms", "whatsapp", "messenger", "instagram", "telegram", "mastodon", "webhook", "phone", "portal",
)  # fmt: skip
_NOW = {"is": "in", "contains": "in", "starts": "in", "is_not": "not_in", "contains_not": "not_in"}


def rewrite(apps, _editor):
    # Calls brought in from elsewhere were called otherwise than the channel.
    apps.get_model("service", "Ticket").objects.filter(channel="call").update(channel="phone")
    for model in ("ServiceLevel", "TicketRule"):
        for one in apps.get_model("service", model).objects.exclude(conditions={}):
            if (wanted := chosen(one.conditions)) != one.conditions:
                one.conditions = wanted
                one.save(update_fields=["conditions"])
    for view in apps.get_model("platform", "SavedView").objects.filter(record_kind="ticket"):
        tree = view.definition.get("filter")
        if isinstance(tree, dict) and (wanted := chosen(tree)) != tree:
            view.definition["filter"] = wanted
            view.save(update_fields=["definition"])


def chosen(tree):
    """The same filter, with channels from the list."""
    if not isinstance(tree, dict):
        return tree
    if tree.get("field") == "channel" and tree.get("op") in _NOW:
        return {"field": "channel", "op": _NOW[tree["op"]], "value": _meant(tree["op"], str(tree.get("value", "")))}
    return {key: [chosen(part) for part in value] if isinstance(value, list) else value for key, value in tree.items()}


def _meant(word, text):
    text = text.strip().casefold()
    if word.startswith("contains"):
        found = [one for one in _CHANNELS if text in one]
    else:
        found = [one for one in _CHANNELS if one.startswith(text)] if word == "starts" else []
    return found or [text]


class Migration(migrations.Migration):
    dependencies = [("service", "0003_rules"), ("platform", "0010_rate_limits_light")]
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
