"""Reading duplicates: while one types, the pairs found, two records side by side, merges, scans, rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bandhu.customers.book_records import MODELS, records_seen_by, scorer_of_book
from bandhu.customers.matching.records import prepare
from bandhu.customers.models import Contact, DuplicatePair, DuplicateScan, EmailAddress, Merge, Phone
from bandhu.customers.queries.contacts import as_uuid
from bandhu.identity.masking import may_see
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.models import SearchEntry, Setting
from bandhu.platform.names.folding import normalise
from bandhu.platform.names.keys import prepare_name
from bandhu.platform.phone_numbers import PhoneNumberError, parse_phone_number
from bandhu.platform.queries import search
from bandhu.platform.search.keys import whole_key

MERGE = "customers.merge_contact"
PHONES, IDS = "customers.see_phones", "customers.see_national_ids"
MOST_CANDIDATES = 60
WORTH_SHOWING = 0.02
RULES = "customers.automatic_merging"


@dataclass(frozen=True)
class Suspect:
    """A record of the book that may be the one being typed; `likely` when that is more likely than not."""

    record: Any
    score: float
    reasons: tuple[str, ...]

    @property
    def likely(self) -> bool:
        return self.score >= 0.5


def possible_duplicates(
    user: Any,
    *,
    kind: str = "contact",
    country: str = "",
    exclude: UUID | None = None,
    limit: int = 5,
    **values: Any,
) -> list[Suspect]:
    """Records the user may see that are perhaps the one described, best first.

    `values` are texts (or lists) as `matching.records.prepare` takes them: name, given, family, mails, phones,
    birthday, national_ids, company, street, city, postcode, alternatives. Phones without a country code are read in
    `country`. A record out of the user's reach is never told of. Reads only what shares a mail, a phone or a name.
    """
    values["phones"] = [_e164(phone, country) for phone in values.get("phones") or ()]
    values["mails"] = [mail for mail in map(mail_key, values.get("mails") or ()) if mail]
    name = (
        str(values.get("name") or "") or f"{values.get('given') or ''} {values.get('family') or ''}".strip()
    )
    found = _sharing(kind, values["mails"], values["phones"], name)
    seen = {
        row.pk: row
        for row in MODELS[kind].objects.visible_to(user).filter(pk__in=[pk for pk in found if pk != exclude])
    }
    if len(seen) < limit and len(normalise(name)) >= 3:
        hits = [hit.record_id for hit in search(user, name, [kind], limit=2 * limit)]
        more = [pk for pk in hits if pk not in seen and pk != exclude]
        seen |= {row.pk: row for row in MODELS[kind].objects.visible_to(user).filter(pk__in=more)}
    typed, scorer = prepare(values), scorer_of_book(kind)
    suspects = []
    for pk, record in records_seen_by(user, kind, seen).items():
        score = scorer.score(typed, record)
        if score.probability >= WORTH_SHOWING or {"same_name", "name_other_spelling"} & set(score.reasons):
            suspects.append(Suspect(seen[pk], score.probability, score.reasons))
    return sorted(suspects, key=lambda one: (-one.score, one.record.pk))[:limit]


def duplicates_of(user: Any, kind: str, record: Any, limit: int = 10) -> list[Suspect]:
    """Records that are perhaps the same one as a record of the book, best first; asked now, whatever scans found."""
    name = record.full_name if kind == "contact" else record.name
    values: dict[str, Any] = {
        "name": name,
        "phones": list(record.phones.values_list("number", flat=True))
        if may_see(user, PHONES, record)
        else [],
        "mails": list(record.mails.values_list("key", flat=True)),
        "alternatives": list(record.other_names.values_list("name", flat=True)),
        "city": record.city,
    }
    if kind == "contact":
        values |= {
            "given": record.given_name,
            "family": record.family_name,
            "birthday": record.birthday,
            "national_ids": [record.national_id] if record.national_id and may_see(user, IDS, record) else [],
        }
    found = possible_duplicates(user, kind=kind, exclude=record.pk, limit=limit, **values)
    pairs = DuplicatePair.objects.filter(Q(**{f"first_{kind}": record}) | Q(**{f"second_{kind}": record}))
    known = {
        pair.second_id if pair.first_id == record.pk else pair.first_id: pair
        for pair in pairs.select_related(f"first_{kind}", f"second_{kind}")
    }
    gone = {pk for pk, pair in known.items() if pair.state == DuplicatePair.State.DIFFERENT}
    told = [_as_found(user, one, known.get(one.record.pk)) for one in found if one.record.pk not in gone]
    return sorted(told, key=lambda one: (-one.score, one.record.pk))


def _as_found(user: Any, suspect: Suspect, pair: DuplicatePair | None) -> Suspect:
    """The suspect with the score and reasons of the pair that waits for a decision, which every page tells alike."""
    if pair is None or pair.state != DuplicatePair.State.OPEN:
        return suspect
    return Suspect(suspect.record, pair.score, tuple(reasons_of_pair(user, pair)))


def _e164(text: Any, country: str) -> str:
    try:
        return parse_phone_number(str(text), country).e164
    except PhoneNumberError:
        return str(text)


def _sharing(kind: str, mails: Iterable[str], phones: Iterable[str], name: str) -> list[UUID]:
    """Ids of records that share a mail, a phone or the whole name by sound; each by an index."""
    side = f"{kind}_id"
    found: dict[UUID, None] = {}
    for model, column, wanted in ((EmailAddress, "key", list(mails)), (Phone, "number", list(phones))):
        if wanted:
            rows = model._default_manager.filter(**{f"{column}__in": wanted, f"{side}__isnull": False})
            found |= dict.fromkeys(rows.values_list(side, flat=True)[:MOST_CANDIDATES])
    prepared = prepare_name(normalise(name)[:200])
    if prepared.tokens:
        entries = SearchEntry.objects.filter(kind=kind, keys__overlap=[whole_key(prepared)])
        found |= dict.fromkeys(entries.values_list("record_id", flat=True)[:MOST_CANDIDATES])
    return list(found)


def open_pairs(user: Any, kind: str = "contact", state: str = "open") -> QuerySet[DuplicatePair]:
    """Pairs both of which the user may merge (Denied where that can be nothing). Order them by ["-score"]."""
    require_anywhere(user, MERGE)
    own = MODELS[kind].objects.visible_to(user, MERGE).values("pk")
    pairs = DuplicatePair.objects.filter(**{f"first_{kind}__in": own, f"second_{kind}__in": own}, state=state)
    return pairs.select_related(f"first_{kind}", f"second_{kind}")


def pair_for(user: Any, pair_id: UUID | str) -> DuplicatePair:
    """The pair whose two records the user may see; raises OutOfReach (404)."""
    pair = DuplicatePair.objects.filter(pk=as_uuid(pair_id)).first()
    if pair is None or len(_visible(user, pair.kind, [pair.first_id, pair.second_id])) < 2:
        raise OutOfReach
    return pair


def reasons_of_pair(user: Any, pair: DuplicatePair) -> list[str]:
    """Why a scan found the pair, without what tells of telephones or national ids that are masked for `user`."""
    both = [getattr(pair, f"{side}_{pair.kind}") for side in ("first", "second")]
    masked = {"phone": PHONES} | ({"national_id": IDS} if pair.kind == "contact" else {})
    hidden = [word for word, one in masked.items() if not all(may_see(user, one, record) for record in both)]
    return [reason for reason in pair.reasons if not any(word in reason for word in hidden)]


def pair_of(first: Any, second: Any) -> DuplicatePair | None:
    """The pair of two records, if one was found."""
    kind = "contact" if isinstance(first, Contact) else "company"
    one, other = sorted((first.pk, second.pk))
    return DuplicatePair.objects.filter(**{f"first_{kind}": one, f"second_{kind}": other}).first()


def score_of(user: Any, kind: str, first: Any, second: Any) -> tuple[float, tuple[str, ...]]:
    """How probable it is that two records of the book are the same one, and why, by what `user` sees of them.

    Of a pair that waits for a decision what was found, as the list of pairs tells it; of others what is true now.
    """
    pair = pair_of(first, second)
    if pair is not None and pair.state == DuplicatePair.State.OPEN:
        return pair.score, tuple(reasons_of_pair(user, pair))
    records = records_seen_by(user, kind, [first.pk, second.pk])
    if len(records) < 2:
        return 0.0, ()
    score = scorer_of_book(kind).score(records[first.pk], records[second.pk])
    return score.probability, score.reasons


def _visible(user: Any, kind: str, ids: Iterable[Any]) -> list[Any]:
    return list(MODELS[kind].objects.visible_to(user).filter(pk__in=list(ids)))


def merges(user: Any) -> QuerySet[Merge]:
    """Merges whose remaining record the user may see, for whoever may merge; newest first by ["-id"]."""
    require_anywhere(user, MERGE)
    seen = Q()
    for kind, model in MODELS.items():
        seen |= Q(kind=kind, winner_id__in=model.objects.visible_to(user).values("pk"))
    return Merge.objects.filter(seen)


def merge_for(user: Any, merge_id: UUID | str) -> Merge:
    """One merge; raises OutOfReach (404)."""
    found = merges(user).filter(pk=as_uuid(merge_id)).first()
    if found is None:
        raise OutOfReach
    return found


def scan_for(user: Any, kind: str = "contact") -> DuplicateScan | None:
    """The scan that runs, else the last one; for whoever may merge (Denied otherwise), as it tells counts only."""
    require_anywhere(user, MERGE)
    return DuplicateScan.objects.filter(kind=kind).order_by("-pk").first()


@dataclass(frozen=True)
class AutomaticRules:
    """When a scan merges by itself: off by default. `least` is the score asked for; one of `needs` must agree."""

    on: bool = False
    least: float = 0.99
    needs: tuple[str, ...] = ("same_mail", "same_phone", "same_national_id")

    @property
    def percent(self) -> int:
        return round(100 * self.least)

    def allow(self, score: float, reasons: Iterable[str]) -> bool:
        """Never where anything but a value that is missing speaks against it."""
        reasons = set(reasons)
        differs = any(reason.endswith("_differs") for reason in reasons) or "same_group" in reasons
        return self.on and score >= self.least and not differs and bool(reasons & set(self.needs))


def automatic_rules() -> AutomaticRules:
    """The rules in force."""
    stored = Setting.objects.filter(name=RULES).values_list("value", flat=True).first() or {}
    usual = AutomaticRules()
    return AutomaticRules(
        bool(stored.get("on", usual.on)),
        float(stored.get("least", usual.least)),
        tuple(stored.get("needs", usual.needs)),
    )
