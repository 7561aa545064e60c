"""Writing to a contact first, by SMS or WhatsApp: from their page, and from the inbox."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.channels import queries as channels
from bandhu.channels.forms import purpose_choices
from bandhu.customers import queries as customers
from bandhu.identity.scoping import require, require_anywhere
from bandhu.inbox import actions, queries
from bandhu.inbox.channel_words import channel_named
from bandhu.inbox.views.templates import boxes_of, files_given, files_offered, values_typed
from bandhu.inbox.views.writing import told_as_sent
from bandhu.platform.languages import language
from bandhu.ui.pages import close_dialog, is_fragment_request, see_other

ANSWER, MAIL = "interactions.answer_conversation", "channels.send_mail"
# Where in the page a refusal of the action is shown.
_FIELDS = ("channel", "number", "purpose", "text")


@require_safe
def whom(request: HttpRequest) -> HttpResponse:
    """The dialog of the inbox: to whom. With `?customer=contact:<id>` what comes next; a company has a mail written to it."""
    require_anywhere(request.user, ANSWER)
    kind, _colon, text = request.GET.get("customer", "").partition(":")
    problem = ""
    try:
        pk = UUID(text) if kind in ("contact", "company") else None
    except ValueError:
        pk = None
    if kind == "contact" and pk:
        return redirect(reverse("inbox:contact_beginning", args=[pk]) + "?from=inbox")
    if kind == "company" and pk and request.user.holds(MAIL):
        return redirect("channels:company_mail", pk=pk)
    if "customer" in request.GET:
        problem = _("Choose somebody of the list.")
    return _shown(request, "whom", {"problem": problem}, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dialog: by which channel, to which number, what. POST sends; with `look` it shows what was chosen so far."""
    contact = customers.contact_for(request.user, pk)
    require(request.user, ANSWER, contact)
    sent = request.POST if request.method == "POST" else request.GET
    found = queries.beginning_for(request.user, contact, sent)
    problems: dict[str, list[str]] = {}
    if request.method == "POST" and "look" not in sent:
        try:
            return _begun(request, found)
        except ValidationError as problem:
            problems = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    return _dialog(request, found, problems)


def _begun(request: HttpRequest, found: queries.Beginning) -> HttpResponse:
    if found.channel is None or found.phone is None:
        raise ValidationError(_("There is no channel or no number to write to."))
    given = request.POST
    filled: dict[str, Any] = {"text": given.get("text", "").replace("\x00", "")}
    if found.template is not None:
        offered = files_offered(request, found.template, found.talk, found.contact)
        filled = {"template": found.template, "values": values_typed(found.template, given)}
        filled |= files_given(request, offered)
    message = actions.begin_conversation(
        found.contact, actor=request.user, channel=found.channel, phone=found.phone,
        purpose=given.get("purpose") or "service", **filled,
    )  # fmt: skip
    talk = reverse("inbox:conversation", args=[message.conversation_id])
    if request.GET.get("from") or not is_fragment_request(request):
        return see_other(request, talk)
    return close_dialog(told_as_sent(request, message.conversation, message))


def _dialog(request: HttpRequest, found: queries.Beginning, problems: dict[str, list[str]]) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    values = values_typed(found.template, sent) if found.template else {}
    text = sent.get("text", "").replace("\x00", "")[:20_000]
    reading = get_language() or "en"
    shown = channel_named(channels.channel_word(found.channel)) if found.channel else None
    context = {
        "action": _here(request),
        "begin": found,
        "shown": shown,
        "channel_choices": [(str(one.pk), _words(one)) for one in found.channels],
        "number_choices": [(str(one.id), _number_words(one)) for one in found.numbers],
        "template_choices": [
            (str(one.pk), f"{one.name} ({language(one.language, reading).name})") for one in found.templates
        ],
        "purposes": purpose_choices(request.user),
        "purpose": sent.get("purpose") or "service",
        "boxes": boxes_of(found.template, values) if found.template else [],
        "preview": channels.shown_template(found.template, values) if found.template else "",
        "files": files_offered(request, found.template, found.talk, found.contact),
        "chosen_file": sent.get("file", ""),
        "text": text,
        "weight": channels.weight_of(found.channel, text) if found.channel else None,
        "errors": {name: " ".join(problems.get(name, [])) for name in _FIELDS},
        "problems": [one for name, said in problems.items() if name not in _FIELDS for one in said],
        "may_mail": request.user.holds(MAIL),
    }
    if sent.get("look") == "weight":
        return render(request, "inbox/_weight.html", context)
    return _shown(request, "begin", context, status=422 if problems else 200)


def _shown(request: HttpRequest, part: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    is_page = not is_fragment_request(request)
    template = "inbox/beginning.html" if is_page else f"inbox/beginning.html#{part}"
    return render(request, template, context | {"part": part, "is_page": is_page}, status=status)


def _here(request: HttpRequest) -> str:
    """Where the form goes; a page of its own says so, for from there one goes on to the conversation."""
    if request.GET.get("from") or is_fragment_request(request):
        return request.get_full_path()
    return f"{request.path}?from=page"


def _words(channel: Any) -> str:
    word = channel_named(channels.channel_word(channel)).label
    name = channel.name if str(word) == channel.name else f"{word}: {channel.name}"
    return _("%(name)s (paused)") % {"name": name} if channel.is_paused else name


def _number_words(line: Any) -> str:
    return f"{line.shown} ({line.label})" if line.label else line.shown
