"""The living page: every component, in each language and theme."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .component_docs import component_docs
from .forms import SampleForm
from .pages import with_toast
from .samples import PEOPLE, sample_context

_THEMES = {"light": "bandhu", "dark": "bandhu-dark"}


def components(request: HttpRequest) -> HttpResponse:
    """`?language=en|bn|ta|ar&theme=light|dark` choose how it is shown."""
    language = request.GET.get("language", "")
    language = language if language in PEOPLE else (translation.get_language() or "en")[:2]
    language = language if language in PEOPLE else "en"
    theme = request.GET.get("theme", "")
    with translation.override(language):
        context = sample_context(language) | {
            "frame_language": language,
            "frame_theme": _THEMES.get(theme, ""),
            "theme": theme if theme in _THEMES else "light",
            "languages": ["en", "bn", "ta", "ar"],
            "docs": component_docs(),
            "form": SampleForm(initial={"name": PEOPLE[language][0], "email": "rupa@example.com"}),
            "wrong_form": SampleForm({"email": "rupa at example"}, prefix="wrong"),
            "sort": request.GET.get("sort", "name"),
        }
        return render(request, "ui/components.html", context)


def answers(request: HttpRequest) -> HttpResponse:
    """What the sample combobox asks."""
    asked = request.GET.get("q", "").casefold()
    names = [name for people in PEOPLE.values() for name in people if asked in name.casefold()]
    return render(request, "ui/components/answers.html", {"names": names[:8]})


def notice(request: HttpRequest) -> HttpResponse:
    """A toast to look at."""
    tone = request.GET.get("tone", "success")
    return with_toast(HttpResponse(status=204), _("The contact was saved."), tone=tone)
