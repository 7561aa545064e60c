"""Duplicates: the list of pairs, two records side by side, merging, taking back, scans and rules."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.customers import actions, queries
from bandhu.customers.duplicate_reasons import sentences
from bandhu.customers.views.sides import SIDES, record_of
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.paging import Page, keyset_page
from bandhu.platform.record_parts import record_part
from bandhu.ui.digits import to_latin
from bandhu.ui.pages import render_page, see_other

MERGE, SCAN = "customers.merge_contact", "customers.scan_duplicates"
PER_PAGE = 30
NEEDS = {
    "same_mail": gettext_lazy("E-mail"),
    "same_phone": gettext_lazy("Phone"),
    "same_national_id": gettext_lazy("National id"),
}


@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    kind = "company" if request.GET.get("kind") == "company" else "contact"
    page = _page(queries.open_pairs(request.user, kind), ["-score"], request)
    for pair in page.items:
        pair.sides = [getattr(pair, f"first_{kind}"), getattr(pair, f"second_{kind}")]
        pair.words = sentences(queries.reasons_of_pair(request.user, pair))
    rules = queries.automatic_rules()
    context = {
        "kind": kind,
        "page": page,
        "needs": [(name, label, name in rules.needs) for name, label in NEEDS.items()],
        "scan": queries.scan_for(request.user, kind),
        "may_scan": request.user.holds(SCAN),
        "rules": rules,
    }
    return render_page(request, "customers/duplicates/list.html", context, fragment="rows")


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, kind: str, first: UUID, second: UUID) -> HttpResponse:
    """Side by side; POST merges the second record into the first, which stays."""
    if kind not in SIDES:
        raise Http404
    both = queries.comparison(request.user, kind, first, second)
    for card in (both.mine, both.theirs):
        require(request.user, MERGE, card.record)
    if request.method == "GET":
        return _review_page(request, kind, both)
    choices = {
        row.name: "loser" if request.POST.get(f"take_{row.name}") == "theirs" else "winner"
        for row in both.fields
        if row.clash and f"take_{row.name}" in request.POST
    }
    try:
        merge = actions.merge_records(
            both.mine.record, both.theirs.record, actor=request.user, choices=choices
        )
    except ValidationError as problem:
        return _review_page(request, kind, both, problem)
    text = _("“%(gone)s” is merged into “%(kept)s”. It can be taken back under Merges.")
    messages.success(request, text % {"gone": merge.loser_title, "kept": merge.winner_title})
    return see_other(request, _next(request, kind))


@require_POST
def judgement(request: HttpRequest, kind: str, first: UUID, second: UUID) -> HttpResponse:
    """Not a duplicate; or, with `open`, perhaps one after all."""
    if kind not in SIDES:
        raise Http404
    records = [record_of(request, kind, pk)[1] for pk in (first, second)]
    different = "open" not in request.POST
    actions.judge_pair(*records, actor=request.user, different=different)
    messages.success(request, _("Noted: these are two different ones.") if different else _("Noted."))
    return see_other(request, _next(request, kind))


@require_http_methods(["GET", "POST"])
def scans(request: HttpRequest) -> HttpResponse:
    """GET: how far the scan is. POST: start one."""
    require_anywhere(request.user, MERGE)
    kind = "company" if "company" in (request.POST.get("kind"), request.GET.get("kind")) else "contact"
    if request.method == "POST":
        actions.start_scan(actor=request.user, kind=kind)
        return see_other(request, _list_url(kind))
    context = {
        "kind": kind,
        "scan": queries.scan_for(request.user, kind),
        "may_scan": request.user.holds(SCAN),
    }
    return render(request, "customers/duplicates/list.html#scan", context)


@require_POST
def scan_stop(request: HttpRequest) -> HttpResponse:
    kind = "company" if request.POST.get("kind") == "company" else "contact"
    actions.stop_scan(actor=request.user, kind=kind)
    return see_other(request, _list_url(kind))


@require_POST
def rules(request: HttpRequest) -> HttpResponse:
    """When a scan merges by itself."""
    least = to_latin(request.POST.get("least", "")).strip()
    try:
        actions.change_automatic_rules(
            actor=request.user,
            on="on" in request.POST,
            least=int(least) / 100 if least.isdecimal() and len(least) <= 3 else 0,
            needs=tuple(request.POST.getlist("needs")),
        )
        messages.success(request, _("Saved."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, _list_url("contact"))


@require_safe
def typed(request: HttpRequest, kind: str) -> HttpResponse:
    """Who the record being typed may be already; a part of the form for a new one."""
    if kind not in SIDES:
        raise Http404
    require_anywhere(request.user, SIDES[kind].kind.create_permission)
    given = request.GET

    def rows(name: str, part: str) -> list[str]:
        found = (
            value for key, value in given.items() if key.startswith(f"{name}-") and key.endswith(f"-{part}")
        )
        return [str(value)[:254] for value in found if str(value).strip()][:8]

    suspects = queries.possible_duplicates(
        request.user,
        kind=kind,
        country=settings.DEFAULT_COUNTRY,
        name=given.get("full_name" if kind == "contact" else "name", "")[:300],
        given=given.get("given_name", "")[:150],
        family=given.get("family_name", "")[:150],
        birthday=given.get("birthday", "")[:20],
        phones=rows("phones", "number"),
        mails=rows("mails", "address"),
    )
    found = [(one, sentences(one.reasons)[:4], SIDES[kind].kind.url(one.record)) for one in suspects]
    return render(request, "customers/duplicates/typed.html", {"found": found})


@require_safe
def of_record(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """A part of the record's page: who is perhaps the same one, and merging with somebody chosen."""
    _side, record = record_of(request, kind, pk)
    found = [
        (one, sentences(one.reasons), reverse("customers:duplicate", args=[kind, pk, one.record.pk]))
        for one in queries.duplicates_of(request.user, kind, record)
    ]
    context = {"kind": kind, "record": record, "found": found}
    title = _("Duplicates")
    return record_part(
        request, "customers/duplicates/of_record.html", context, kind=kind, record=record, title=title
    )


@require_safe
def chosen(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """On to the two side by side, from a box in which the other one was chosen."""
    _side, record = record_of(request, kind, pk)
    other_kind, _colon, other = request.GET.get("other", "").partition(":")
    try:
        address = reverse("customers:duplicate", args=[kind, pk, UUID(other)])
    except ValueError:
        address = ""
    if other_kind != kind or not address or UUID(other) == pk:
        messages.error(request, _("Choose another record of the same kind from the list."))
        return see_other(request, SIDES[kind].kind.url(record))
    return see_other(request, address)


@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    page = _page(queries.merges(request.user).select_related("actor", "undone_by"), ["-id"], request)
    for merge in page.items:
        merge.url = reverse(f"customers:{merge.kind}", args=[merge.winner_id])
    return render_page(request, "customers/duplicates/merges.html", {"page": page}, fragment="rows")


@require_POST
def undoing(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    merge = queries.merge_for(request.user, merge_id)
    try:
        actions.undo_merge(merge, actor=request.user)
        text = _("“%(gone)s” and “%(kept)s” are two records again.")
        messages.success(request, text % {"gone": merge.loser_title, "kept": merge.winner_title})
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return see_other(request, reverse("customers:merges"))


def _review_page(
    request: HttpRequest, kind: str, both: queries.Comparison, problem: ValidationError | None = None
) -> HttpResponse:
    mine, theirs = both.mine.record, both.theirs.record
    score, reasons = queries.score_of(request.user, kind, mine, theirs)
    context = {
        "kind": kind,
        "both": both,
        "cards": [(card, SIDES[kind].kind.url(card.record)) for card in (both.mine, both.theirs)],
        "pair": queries.pair_of(mine, theirs),
        "score": score,
        "reasons": sentences(reasons),
        "turned": reverse("customers:duplicate", args=[kind, theirs.pk, mine.pk]),
        "clashes": sum(row.clash for row in both.fields),
        "problem": " ".join(problem.messages) if problem else "",
        "next": _next(request, kind, skip=(mine, theirs)),
    }
    return render(request, "customers/duplicates/review.html", context, status=422 if problem else 200)


def _next(request: HttpRequest, kind: str, skip: tuple = ()) -> str:
    """The address of the surest open pair but the one at hand; the list when there is none."""
    skipped = {record.pk for record in skip}
    current = queries.pair_of(*skip) if skip else None
    rows = queries.open_pairs(request.user, kind).order_by("-score", "-id")
    if current is not None:
        after = rows.filter(score__lte=current.score).exclude(score=current.score, id__gte=current.pk)
        rows = after if after.exists() else rows
    for pair in rows[:2]:
        if {pair.first_id, pair.second_id} != skipped:
            return reverse("customers:duplicate", args=[kind, pair.first_id, pair.second_id])
    return _list_url(kind)


def _list_url(kind: str) -> str:
    return f"{reverse('customers:duplicates')}?kind={kind}"


def _page(rows, order: list[str], request: HttpRequest) -> Page:
    cursor = request.GET.get("after") or request.GET.get("before")
    try:
        return keyset_page(rows, order, cursor=cursor, limit=PER_PAGE)
    except ValidationError:
        return keyset_page(rows, order, limit=PER_PAGE)
