"""One article in one language: writing it, its way to readers, its versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require
from bandhu.knowledge import actions, queries
from bandhu.knowledge.forms import ScheduleForm, TextForm
from bandhu.knowledge.languages import language_codes, own_name
from bandhu.platform.conflicts import EditConflict
from bandhu.ui.pages import see_other

WRITE = "knowledge.write_article"


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Write the text; of a language that is not there yet it begins from the source's words. `publish` publishes what is saved."""
    article = queries.article_for(request.user, pk)
    require(request.user, WRITE, article)
    if language not in language_codes():
        raise Http404
    text, source = _texts(request, article, language)
    start = {"title": text.title, "summary": text.summary, "body": text.body} if text else {}
    form = TextForm(request.POST if request.method == "POST" else None, initial=start)
    context: dict[str, Any] = {"version": text.version if text else 0}
    if request.method == "POST":
        try:
            actions.write_text(
                article, actor=request.user, language=language, version=_version(request), **form.words()
            )
        except ValidationError as problem:
            form.take_errors(problem)
        except EditConflict as conflict:
            words = _(
                "Meanwhile somebody else changed this text. Compare with theirs below, then save again."
            )
            form.take_errors(ValidationError(words))
            context |= {"theirs": conflict.theirs, "version": conflict.version}
        else:
            return _saved(request, article, language)
    context |= {
        "article": article,
        "form": form,
        "text": text,
        "language": language,
        "language_name": own_name(language),
        "source": source if source and source.language != language else None,
        "source_name": own_name(article.source_language),
        "source_changes": queries.source_changes(request.user, article, text) if text else [],
        "may_publish": request.user.holds("knowledge.publish_article"),
    }
    return render(request, "knowledge/articles/edit.html", context, status=422 if form.errors else 200)


@require_POST
def review(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Hand in for review, or (`back`) send back with a `note`."""
    article = queries.article_for(request.user, pk)
    try:
        if "back" in request.POST:
            actions.send_back(
                article, actor=request.user, language=language, note=request.POST.get("note", "")
            )
            messages.success(request, _("Sent back to its writer."))
        else:
            actions.ask_for_review(article, actor=request.user, language=language)
            messages.success(request, _("Handed in for review."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return _to_article(request, article, language)


@require_POST
def publication(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Publish (with a `note`; `small` leaves translations as they are), or (`withdraw`) take from readers."""
    article = queries.article_for(request.user, pk)
    try:
        if "withdraw" in request.POST:
            actions.withdraw_text(article, actor=request.user, language=language)
            messages.success(request, _("Readers see it no more in this language."))
        else:
            _publish(request, article, language)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return _to_article(request, article, language)


@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Publish at a moment, or (`off`) not."""
    article = queries.article_for(request.user, pk)
    require(request.user, "knowledge.publish_article", article)
    text = queries.text_for(request.user, article, language)
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial={"at": text.publish_at})
    if request.method == "POST":
        if "off" in request.POST:
            actions.unschedule_text(article, actor=request.user, language=language)
            return _to_article(request, article, language)
        if form.is_valid():
            try:
                actions.schedule_text(
                    article, actor=request.user, language=language, at=form.cleaned_data["at"]
                )
            except ValidationError as problem:
                form.take_errors(problem)
            else:
                messages.success(request, _("It goes out at that moment, unless it is changed before."))
                return _to_article(request, article, language)
    context = {"article": article, "form": form, "text": text, "language_name": own_name(language)}
    return render(request, "knowledge/articles/schedule.html", context, status=422 if form.errors else 200)


@require_POST
def currency(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """The translation is up to date though nothing in it changed."""
    article = queries.article_for(request.user, pk)
    try:
        actions.mark_current(article, actor=request.user, language=language)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return _to_article(request, article, language)


@require_POST
def deletion(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Take a translation out."""
    article = queries.article_for(request.user, pk)
    try:
        actions.remove_translation(article, actor=request.user, language=language)
        messages.success(request, _("The translation is gone."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return _to_article(request, article, "")


@require_safe
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was published, and two of them side by side (?older=&newer=)."""
    article = queries.article_for(request.user, pk)
    language = request.GET.get("language", "")[:12]
    found = queries.versions_of(request.user, article, language if language in article.languages else "")
    older, newer = request.GET.get("older", ""), request.GET.get("newer", "")
    context = {
        "article": article,
        "versions": found,
        "languages": [(code, own_name(code)) for code in article.languages],
        "language": language,
        "older": older,
        "newer": newer,
        "comparison": queries.comparison(request.user, article, older, newer) if older and newer else None,
        "may_write": request.user.holds(WRITE),
    }
    return render(request, "knowledge/articles/versions.html", context)


@require_POST
def going_back(request: HttpRequest, pk: UUID, version_id: UUID) -> HttpResponse:
    """Write the words of an earlier version into the draft."""
    article = queries.article_for(request.user, pk)
    text = actions.go_back_to(article, actor=request.user, version_id=version_id)
    messages.success(request, _("The earlier words stand in the draft now. Publish it when it is right."))
    return _to_article(request, article, text.language)


def _texts(request: HttpRequest, article: Any, language: str) -> tuple[Any, Any]:
    """The text in this language and that in the source's; None where there is none."""
    found = []
    for code in (language, article.source_language):
        try:
            found.append(queries.text_for(request.user, article, code))
        except OutOfReach:
            found.append(None)
    return found[0], found[1]


def _saved(request: HttpRequest, article: Any, language: str) -> HttpResponse:
    if "publish" in request.POST:
        try:
            _publish(request, article, language)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Saved. Readers see the change once it is published."))
    return _to_article(request, article, language)


def _publish(request: HttpRequest, article: Any, language: str) -> None:
    actions.publish_text(
        article,
        actor=request.user,
        language=language,
        note=request.POST.get("note", ""),
        is_small="small" in request.POST,
    )
    messages.success(request, _("Published. Readers see it now."))


def _to_article(request: HttpRequest, article: Any, language: str) -> HttpResponse:
    words = f"?language={language}" if language in language_codes() else ""
    return see_other(request, reverse("knowledge:article", args=[article.pk]) + words)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 and int(text) else None
