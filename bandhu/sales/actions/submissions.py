"""What strangers send through web forms. Nobody is signed in: the system user writes, and every value is hostile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bandhu.identity.ready_made import system_user
from bandhu.privacy.actions import give_consent
from bandhu.sales.actions.lead_changes import TRACES
from bandhu.sales.actions.leads import receive_lead
from bandhu.sales.models import Lead, WebForm
from bandhu.sales.public_fields import PERSONAL

_LONGEST = {"landing_page": 1000, "referrer": 1000}


@transaction.atomic
def submit_web_form(
    form: WebForm,
    *,
    submission: str,
    values: Mapping[str, str],
    agreed: Collection[UUID] = (),
    traces: Mapping[str, str] | None = None,
    language: str = "",
) -> Lead:
    """A lead from `values` (field → what was typed), once per `submission`: sent again, it gives back the first one's lead.

    `agreed` are ids of the form's consents; the wording shown in `language` is kept as proof. Traces (where the visitor came
    from) are cut to what fits, as nobody typed them. Raises ValidationError by field, and then keeps nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 9))", [submission])
    known = Lead.objects.filter(submission=submission).first()
    if known is not None:
        return known
    actor = system_user()
    lead: Lead = receive_lead(
        actor=actor,
        title=values.get("title") or _("Enquiry through “%(form)s”") % {"form": form.name},
        person={name: values.get(name, "") for name in PERSONAL} | {"language": language},
        message=values.get("message", ""),
        team=form.team,
        source=form.source,
        language=language,
        web_form=form,
        submission=submission,
        answers={name: value for name, value in values.items() if value},
        custom={name.removeprefix("custom."): value for name, value in values.items() if name.startswith("custom.") and value},
        **_traces(form, traces or {}),
    )  # fmt: skip
    for consent in form.consents.filter(pk__in=agreed).select_related("purpose"):
        assert lead.contact is not None  # it was found or made just now
        give_consent(
            lead.contact,
            actor=actor,
            purpose=consent.purpose,
            method="form",
            wording=form.text(consent.wordings),
            language=language,
            note=form.name,
        )
    return lead


def count_refused(form: WebForm) -> None:
    """A program fell into the trap."""
    WebForm.objects.filter(pk=form.pk).update(refused=F("refused") + 1)


def _traces(form: WebForm, given: Mapping[str, str]) -> dict[str, Any]:
    found = {name: given.get(name, "")[: _LONGEST.get(name, 200)] for name in TRACES}
    return found | {"campaign": found["campaign"] or form.campaign}
