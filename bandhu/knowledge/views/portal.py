"""The portal: coming in by a link or a password, the first page, the sections, one's own details."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandhu.identity.throttling import Limit
from bandhu.knowledge import actions, queries
from bandhu.knowledge.forms import DetailsForm
from bandhu.knowledge.portal import Visitor, portal_section
from bandhu.knowledge.portal_pages import (
    give_cookie,
    language_for,
    offered_languages,
    portal_frame,
    portal_page,
    render_portal,
    take_cookie,
    visitor_in,
)
from bandhu.knowledge.portal_secrets import COOKIE
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.middleware import client_address

# Links: a mailbox is not to be flooded, an address not to ask for a thousand. Passwords: as for colleagues.
LINK_ADDRESS = Limit("portal-link-address", 3, 300)
LINK_VISITOR = Limit("portal-link-visitor", 10, 60)
PASSWORD_PAIR = Limit("portal-password-pair", 5, 60)
PASSWORD_ACCOUNT = Limit("portal-password-account", 20, 180)
PASSWORD_VISITOR = Limit("portal-password-visitor", 40, 20)
LINK_TRIED = Limit("portal-link-tried", 30, 20)
MAIL_ADDED = Limit("portal-mail-added", 5, 600)
_DETAILS = "details"


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link (`mail`), or sign in with a password (`mail` and `password`). Neither tells whether an address is known."""
    if visitor_in(request) and request.method == "GET":
        return HttpResponseRedirect(_onward(request))
    with translation.override(language_for(request, None)):
        if request.method != "POST":
            return _stranger(request, "knowledge/portal/sign_in.html", {"next": _onward(request)})
        if "password" in request.POST:
            return _by_password(request)
        return _ask_for_link(request)


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Where a mailed link leads. GET shows a button and changes nothing: mail servers look at links before people do."""
    with translation.override(language_for(request, visitor_in(request))):
        wait = LINK_TRIED.take(client_address(request))
        found = None if wait else queries.open_link(secret)
        if found is None:
            return _stranger(request, "knowledge/portal/spent.html", {"wait": wait}, 429 if wait else 404)
        if request.method == "GET":
            context = {"is_proof": bool(found.new_mail), "mail": found.new_mail}
            return _stranger(request, "knowledge/portal/link.html", context)
        return _follow(request, found)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if visitor := visitor_in(request):
        actions.sign_out(visitor)
    response = HttpResponseRedirect(reverse("knowledge:portal_sign_in"))
    take_cookie(response)
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Another language, for this customer from now on."""
    if visitor := visitor_in(request):
        actions.remember_language(visitor, request.POST.get("language", ""))
    return HttpResponseRedirect(_onward(request))


@require_safe
@portal_page
def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    return render_portal(request, visitor, "knowledge/portal/home.html")


@require_safe
@portal_page
def section(request: HttpRequest, visitor: Visitor, name: str) -> HttpResponse:
    """The list of a section that has no page of its own."""
    found = portal_section(visitor, name)
    if found is None or found.rows is None:
        raise Http404
    context = {
        "section": found,
        "rows": found.rows(visitor),
        "steps": found.steps(visitor) if found.steps else [],
    }
    return render_portal(request, visitor, "knowledge/portal/section.html", context, section=name)


@require_http_methods(["GET", "POST"])
@portal_page
def details(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Name, language, zone, ways to be reached, password, browsers."""
    contact = queries.contact_of(visitor)
    start = {
        "name": contact.full_name,
        "language": contact.language.split("-")[0],
        "time_zone": contact.time_zone,
    }
    form = DetailsForm(
        request.POST if request.method == "POST" else None, initial=start, languages=offered_languages()
    )
    if request.method == "POST":
        try:
            actions.change_own_details(visitor, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            return _done(_("Saved."), request)
    return _details(request, visitor, {"form": form}, 422 if form.errors else 200)


@require_POST
@portal_page
def points(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Add (`number` or `address`), remove or prefer (`kind` and `pk`) a telephone or mail address."""
    sent = request.POST
    try:
        if "address" in sent:
            if MAIL_ADDED.take(str(visitor.contact_id)):
                raise ValidationError({"address": _("That was often. Please try again in a while.")})
            actions.ask_to_add_mail(visitor, sent["address"], translation.get_language() or "en")
            return _done(
                _("We sent a mail to the new address. Follow the link in it, then it is yours."), request
            )
        if "number" in sent:
            actions.add_own_phone(visitor, sent["number"])
        else:
            act = actions.prefer_own_point if "prefer" in sent else actions.remove_own_point
            act(visitor, sent.get("kind", ""), _id(sent.get("pk", "")))
    except ValidationError as problem:
        errors = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        context = {
            "problems": {name or "points": " ".join(texts) for name, texts in errors.items()},
            "sent": sent,
        }
        return _details(request, visitor, context, 422)
    return _done(_("Saved."), request)


@require_POST
@portal_page
def password(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choose a password, or (`forget`) go back to links alone."""
    if "forget" in request.POST:
        actions.forget_password(visitor)
        return _done(_("From now on a mailed link signs you in."), request)
    try:
        actions.choose_password(visitor, request.POST.get("password", ""))
    except ValidationError as problem:
        return _details(request, visitor, {"problems": {"password": " ".join(problem.messages)}}, 422)
    return _done(_("Your password is set. You were signed out everywhere else."), request)


@require_POST
@portal_page
def sessions(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """End one of one's own sessions (`pk`), or all but this one."""
    if one := request.POST.get("pk", ""):
        actions.end_session(visitor, _id(one))
    else:
        actions.end_other_sessions(visitor)
    return _done(_("Signed out there."), request)


def _ask_for_link(request: HttpRequest) -> HttpResponse:
    address = _sent_mail(request)
    if "@" not in address:
        problem = _("Write the mail address we know you by.")
        return _stranger(request, "knowledge/portal/sign_in.html", {"mail": address, "problem": problem}, 422)
    wait = max(LINK_VISITOR.take(client_address(request)), LINK_ADDRESS.take(mail_key(address)))
    if wait:
        return _stranger(request, "knowledge/portal/sign_in.html", {"mail": address, "wait": wait}, 429)
    actions.ask_for_link(address, translation.get_language() or "en")
    return _stranger(request, "knowledge/portal/sent.html", {"mail": address})


def _by_password(request: HttpRequest) -> HttpResponse:
    address, visitor = _sent_mail(request), client_address(request)
    key = mail_key(address)
    takes = [
        PASSWORD_PAIR.take(f"{key} {visitor}"),
        PASSWORD_ACCOUNT.take(key),
        PASSWORD_VISITOR.take(visitor),
    ]
    context: dict[str, Any] = {"mail": address, "with_password": True, "next": _onward(request)}
    if wait := max(takes):
        return _stranger(request, "knowledge/portal/sign_in.html", {**context, "wait": wait}, 429)
    secret = actions.sign_in_by_password(
        address,
        request.POST.get("password", "")[:200],
        browser=_browser(request),
        old_secret=_old_secret(request),
    )
    if secret is None:
        context["problem"] = _("Mail address or password are wrong. You can have a link mailed instead.")
        return _stranger(request, "knowledge/portal/sign_in.html", context, 422)
    response = HttpResponseRedirect(_onward(request))
    give_cookie(response, secret)
    return response


def _follow(request: HttpRequest, found: Any) -> HttpResponse:
    if found.new_mail:
        actions.prove_mail(found)
        return _stranger(request, "knowledge/portal/proved.html", {"mail": found.new_mail})
    secret = actions.sign_in_by_link(found, browser=_browser(request), old_secret=_old_secret(request))
    if secret is None:
        return _stranger(request, "knowledge/portal/spent.html", {}, 404)
    response = HttpResponseRedirect(reverse("knowledge:portal"))
    give_cookie(response, secret)
    return response


def _details(
    request: HttpRequest, visitor: Visitor, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    contact = queries.contact_of(visitor)
    start = {
        "name": contact.full_name,
        "language": contact.language.split("-")[0],
        "time_zone": contact.time_zone,
    }
    whole = {
        "form": DetailsForm(initial=start, languages=offered_languages()),
        "points": queries.own_points(visitor),
        "sessions": queries.own_sessions(visitor),
        "has_password": queries.has_password(visitor),
        "problems": {},
        **context,
    }
    return render_portal(
        request, visitor, "knowledge/portal/details.html", whole, section=_DETAILS, status=status
    )


def _done(text: str, request: HttpRequest) -> HttpResponse:
    messages.success(request, text)
    return HttpResponseRedirect(reverse("knowledge:portal_details"))


def _stranger(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page for somebody who is not signed in. The address of a link is a key: it goes to no other site."""
    response = render(request, template, {**portal_frame(), **context}, status=status)
    add_never_cache_headers(response)
    # Not "no-referrer": browsers then send "Origin: null" with a form, which the check against forged posts refuses.
    response["Referrer-Policy"] = "same-origin"
    return response


def _onward(request: HttpRequest) -> str:
    """Where the customer wanted to go, within the portal and the help centre."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith(
        ("/portal/", "/help/")
    )
    return wanted if is_ours else reverse("knowledge:portal")


def _sent_mail(request: HttpRequest) -> str:
    return " ".join(request.POST.get("mail", "").replace("\x00", "").split())[:254]


def _browser(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "").replace("\x00", "")[:200]


def _old_secret(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")[:200]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
