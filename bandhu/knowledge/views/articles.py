"""Articles: the list, the page, where they belong, their files, and what they give to a reply."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.customers.history_pages import history_page
from bandhu.identity.scoping import require, require_anywhere
from bandhu.knowledge import actions, queries
from bandhu.knowledge.forms import ArticleForm, TextForm
from bandhu.knowledge.languages import in_language, language_codes, own_name, reading_language
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.list_pages import list_page
from bandhu.ui.pages import see_other

VIEW, WRITE = "knowledge.view_article", "knowledge.write_article"
VERBS = ("write_article", "review_article", "publish_article")


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, VIEW)
    return list_page(request, "article")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new article in the language chosen; `title` and `body` may come from a conversation."""
    require_anywhere(request.user, WRITE)
    wanted = request.POST.get("language") or request.GET.get("language") or reading_language()
    language = wanted if wanted in language_codes() else "en"
    start = {"title": request.GET.get("title", "")[:300], "audience": "public", "owner": str(request.user.pk)}
    text = TextForm(request.POST if request.method == "POST" else None, initial=start)
    place = ArticleForm(request.POST if request.method == "POST" else None, initial=start, user=request.user)
    if request.method == "POST":
        try:
            made = actions.create_article(
                actor=request.user, language=language, **text.words(), **place.values()
            )
        except ValidationError as problem:
            text.take_errors(problem)
        else:
            messages.success(request, _("Kept as a draft. Readers see it once it is published."))
            return see_other(request, reverse("knowledge:article", args=[made.pk]))
    context = {
        "form": text,
        "place": place,
        "language": language,
        "languages": [(code, own_name(code)) for code in language_codes()],
    }
    return render(request, "knowledge/articles/new.html", context, status=422 if text.errors else 200)


@require_safe
def article(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.article_for(request.user, pk)
    lines = queries.language_lines(request.user, found)
    wanted = request.GET.get("language", "")
    written = [one for one in lines if one.text]
    live = queries.languages_of(found.number, "staff")
    shown = next((one for one in written if one.code == wanted), written[0])
    context = {
        "article": found,
        "lines": lines,
        "shown": shown,
        "category": in_language(found.category.names) if found.category else "",
        "files": queries.article_files(request.user, found),
        "feedback": queries.feedback_of(request.user, found),
        "addresses": [(one.name, one.code, live.get(one.code)) for one in lines if one.code in live],
        "may": {verb: request.user.holds(f"knowledge.{verb}") for verb in VERBS},
    }
    return render(request, "knowledge/articles/article.html", context)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Category, audience, owner, review day, place."""
    found = queries.article_for(request.user, pk)
    require(request.user, WRITE, found)
    form = ArticleForm(
        request.POST if request.method == "POST" else None,
        initial=ArticleForm.values_of(found),
        user=request.user,
    )
    if request.method == "POST":
        try:
            actions.change_article(found, actor=request.user, version=_version(request), **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        except EditConflict as conflict:
            form.take_errors(
                ValidationError(
                    _("Meanwhile somebody else changed this article. Look at it again, then save.")
                )
            )
            found.version = conflict.version
        else:
            messages.success(request, _("Saved."))
            return see_other(request, reverse("knowledge:article", args=[pk]))
    context = {"article": found, "form": form}
    return render(request, "knowledge/articles/settings.html", context, status=422 if form.errors else 200)


@require_POST
def archiving(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Out of readers' sight, or (`back`) into it again."""
    found = queries.article_for(request.user, pk)
    if "back" in request.POST:
        actions.bring_back_article(found, actor=request.user)
        messages.success(request, _("Readers see it again."))
    else:
        actions.archive_article(found, actor=request.user)
        messages.success(request, _("Archived. Readers see it no more; nothing of it is lost."))
    return see_other(request, reverse("knowledge:article", args=[pk]))


@require_POST
def files(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Attach what was chosen, or take `remove` away."""
    found = queries.article_for(request.user, pk)
    require(request.user, WRITE, found)
    if remove := request.POST.get("remove"):
        stored = queries.article_file(request.user, found, _id(remove))
        actions.remove_from_article(found, actor=request.user, stored=stored)
        return see_other(request, reverse("knowledge:article", args=[pk]))
    for one in request.FILES.getlist("file")[:20]:
        try:
            actions.attach_to_article(found, actor=request.user, name=one.name or "", content=one.chunks())
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
    return see_other(request, reverse("knowledge:article", args=[pk]))


@require_POST
def pictures(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A picture for the text, as the editor sends it ("picture"): answers where it lies, or what is wrong with it."""
    found = queries.article_for(request.user, pk)
    require(request.user, WRITE, found)
    given = request.FILES.get("picture")
    if given is None:
        return JsonResponse({"problem": _("Choose a picture: PNG, JPEG, WebP or GIF.")}, status=422)
    try:
        stored = actions.add_picture(found, actor=request.user, name=given.name or "", content=given.chunks())
    except ValidationError as problem:
        return JsonResponse({"problem": " ".join(problem.messages)}, status=422)
    return JsonResponse({"url": reverse("knowledge:help_file", args=[stored.pk])})


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.article_for(request.user, pk)
    return history_page(request, "article", found)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Articles for the reply editor (?q=, ?language=): each with the button that puts it in."""
    require_anywhere(request.user, VIEW)
    language = request.GET.get("language", "") or reading_language()
    text = request.GET.get("q", "").replace("\x00", "")[:1_000]
    found = queries.suggest(request.user, text, language, "staff", limit=8) if text.strip() else []
    return render(
        request, "knowledge/articles/_suggestions.html", {"found": found, "language": language, "text": text}
    )


@require_safe
def reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What an article gives to a reply in ?language=, as JSON: title, html, text, url, language."""
    require_anywhere(request.user, VIEW)
    return JsonResponse(queries.article_for_reply(request.user, pk, request.GET.get("language", "")))


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
