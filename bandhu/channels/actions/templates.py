"""Writing letters to begin from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.channels.events import MailTemplateChanged
from bandhu.channels.merge_fields import unknown_fields
from bandhu.channels.models import MailTemplate
from bandhu.channels.ready_letters import fields_of, ready_letters
from bandhu.identity.acting import action
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.texts import clean_block, clean_line
from bandhu.privacy.models import Purpose

MANAGE = "channels.manage_templates"


@action(MANAGE, on_record=False)
def set_template(
    template: MailTemplate | None,
    *,
    actor: Any,
    name: str,
    texts: Mapping[str, Mapping[str, str]],
    purpose: str = "service",
    is_active: bool = True,
) -> MailTemplate:
    """Change a template, or make one (None). `texts` are {language: {"subject", "body"}}; raises ValidationError by field."""
    row = template or MailTemplate()
    row.name, row.purpose, row.is_active = _own_name(row, clean_line(name, 120)), purpose, is_active
    row.texts = _texts(texts)
    _check(row)
    row.save()
    verb = "created" if template is None else "changed"
    record_change(verb, actor=actor, kind="mailtemplate", record_id=row.pk, title=str(row))
    told = MailTemplateChanged(
        template_id=str(row.pk), key=row.key, title=row.name, languages=sorted(row.texts), is_active=row.is_active, change=verb
    )  # fmt: skip
    publish(told, actor=actor)
    return row


def ensure_letters() -> None:
    """Make what is missing of the ready-made letters. Safe to repeat; what was rewritten stays."""
    known = set(MailTemplate.objects.exclude(key="").values_list("key", flat=True))
    fresh = [one for key, one in ready_letters.items() if key not in known]
    MailTemplate.objects.bulk_create(
        [MailTemplate(key=one.key, texts={code: one.text(code) for code in one.texts}) for one in fresh],
        ignore_conflicts=True,
    )


def _own_name(row: MailTemplate, name: str) -> str:
    """A ready-made letter is called in the reader's language until somebody gives it another name."""
    ready = ready_letters.get(row.key)
    return "" if ready and name == str(ready.name) else name


def _texts(given: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    found = {}
    if strange := given.keys() - dict(settings.LANGUAGES).keys():
        text = _("There is no language “%(code)s” here.") % {"code": min(strange)}
        raise ValidationError({"texts": text}, code="no_choice")
    for code, one in given.items():
        subject, body = clean_line(one.get("subject") or "", 300), clean_block(one.get("body") or "", 50_000)
        if subject or body:
            found[code] = {"subject": subject, "body": body}
    return found


def _check(row: MailTemplate) -> None:
    problems: dict[str, Any] = {}
    if not row.name and not row.key:
        problems["name"] = _("A name is needed.")
    if not row.texts:
        problems["texts"] = _("Write the letter in at least one language.")
    for one in row.texts.values():
        if not one["subject"] or not one["body"]:
            problems["texts"] = _("A letter has a subject and a text.")
        if unknown := unknown_fields(one["subject"] + one["body"], fields_of(row.key)):
            problems["texts"] = _("There is no field called “%(name)s”.") % {"name": unknown[0]}
    if not Purpose.objects.filter(key=row.purpose).exists():
        problems["purpose"] = _("Choose one of the list.")
    if problems:
        raise ValidationError(problems)
