"""Setting up web forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.platform import audit
from bandhu.platform.texts import clean_block, clean_line
from bandhu.privacy.models import Purpose
from bandhu.sales.actions.lead_changes import clean_source
from bandhu.sales.models import FormConsent, WebForm
from bandhu.sales.public_fields import offered_fields

Texts = Mapping[str, str]
_WAYS_TO_ANSWER = {"mail", "phone"}
_WEB_ADDRESS = URLValidator(schemes=["http", "https"])


@action("sales.manage_leads", on_record=False)
def set_web_form(
    form: WebForm | None,
    *,
    actor: Any,
    name: str,
    source: Any,
    slug: str = "",
    languages: Sequence[str] = ("en",),
    fields: Sequence[Mapping[str, Any]] = (),
    titles: Texts | None = None,
    introductions: Texts | None = None,
    thanks: Texts | None = None,
    thanks_url: str = "",
    campaign: str = "",
    team: Any = None,
    consents: Mapping[str, tuple[Texts, bool]] | None = None,
    is_active: bool = True,
) -> WebForm:
    """Change a form, or make one (None). `consents` are purpose key → (wording by language, whether it is required).

    `fields` are {"name", "required"}; one of mail and phone must be among them. Raises ValidationError by field.
    """
    row = form or WebForm()
    row.name = clean_line(name, 120)
    row.slug = _free_slug(slug or row.slug or slugify(row.name), row)
    row.languages = [code for code in dict.fromkeys(languages) if code in dict(settings.LANGUAGES)]
    row.source = clean_source(source)  # type: ignore[assignment]
    row.campaign, row.thanks_url = clean_line(campaign, 200), _web_address(thanks_url)
    row.team = linked_record("team", team, actor)
    _refuse_unknown(row, languages, fields, (titles, introductions, thanks), consents or {})
    row.fields = [{"name": str(one["name"])[:80], "required": bool(one.get("required"))} for one in fields]
    row.titles, row.introductions, row.thanks = map(_texts, (titles, introductions, thanks))
    row.is_active = is_active
    _check(row)
    row.save()
    _set_consents(row, consents or {})
    verb = "created" if form is None else "changed"
    audit.record_change(verb, actor=actor, kind="webform", record_id=row.pk, title=row.name)
    return row


def _refuse_unknown(
    row: WebForm,
    languages: Sequence[str],
    fields: Sequence[Mapping[str, Any]],
    texts: Sequence[Texts | None],
    consents: Mapping[str, tuple[Texts, bool]],
) -> None:
    """Nothing is left out without a word. A field that is no longer offered may stay where the form asked for it before."""
    problems, spoken = {}, set(dict(settings.LANGUAGES))
    wordings = [given or {} for given in (*texts, *(wording for wording, _required in consents.values()))]
    if strange := sorted({*languages, *(code for given in wordings for code in given)} - spoken):
        problems["languages"] = _("There is no language “%(code)s” here.") % {"code": strange[0]}
    asked = [str(one["name"]) for one in fields]
    offered = {name for name, _label in offered_fields()} | {str(one["name"]) for one in row.fields}
    if unknown := [name for name in asked if name not in offered]:
        problems["fields"] = _("“%(name)s” is nothing that a web form can ask for.") % {"name": unknown[0]}
    elif len(asked) != len(set(asked)):
        problems["fields"] = _("Name each of them once.")
    known = Purpose.objects.filter(key__in=consents).values_list("key", flat=True)
    if missing := sorted(consents.keys() - set(known)):
        problems["consents"] = _("There is no purpose “%(key)s”.") % {"key": missing[0]}
    if problems:
        raise ValidationError(problems)


def _check(row: WebForm) -> None:
    problems = {}
    if not row.name:
        problems["name"] = _("A name is needed.")
    if not row.languages:
        problems["languages"] = _("Choose at least one language.")
    if row.source is None:
        problems["source"] = _("Choose one of the list.")
    if not _WAYS_TO_ANSWER & {str(one["name"]) for one in row.fields}:
        problems["fields"] = _("Ask for a mail address or a number, or nobody can be answered.")
    if problems:
        raise ValidationError(problems)


def _free_slug(wanted: str, row: WebForm) -> str:
    """What stands in the form's address: Latin letters, digits and hyphens, of no other form."""
    slug = slugify(wanted)[:60] or f"form-{str(row.pk)[-8:]}"
    if WebForm.objects.filter(slug=slug).exclude(pk=row.pk).exists():
        raise ValidationError({"slug": _("Another form has this address.")})
    return slug


def _web_address(text: str) -> str:
    address = clean_line(text, 500)
    if address:
        try:
            _WEB_ADDRESS(address)
        except ValidationError:
            raise ValidationError(
                {"thanks_url": _("Write a whole web address, with https:// at its start.")}
            ) from None
    return address


def _texts(given: Texts | None) -> dict[str, str]:
    return {code: text for code, one in (given or {}).items() if (text := clean_block(one or "", 3000))}


def _set_consents(form: WebForm, consents: Mapping[str, tuple[Texts, bool]]) -> None:
    """Proofs of what was agreed to earlier keep their own words; taking a text off a form touches none."""
    kept: list[UUID] = []
    for purpose in Purpose.objects.filter(key__in=consents):
        wordings, is_required = consents[purpose.key]
        if texts := _texts(wordings):
            row, _made = FormConsent.objects.update_or_create(
                form=form, purpose=purpose, defaults={"wordings": texts, "is_required": is_required}
            )
            kept.append(row.pk)
    form.consents.exclude(pk__in=kept).delete()
