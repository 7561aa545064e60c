"""The house's addresses and two of an app that helps: it exists in tests alone."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.html import format_html

from bandhu.interactions.queries import conversation_for, message_for


def translation(request: HttpRequest, pk) -> HttpResponse:
    found = message_for(request.user, pk)
    return HttpResponse(format_html('<p lang="en">In English: {}</p>', found.text[::-1]))


def suggestion(request: HttpRequest, pk) -> HttpResponse:
    found = conversation_for(request.user, pk)
    words = f"Thank you, {found.contact}."
    return HttpResponse(
        format_html(
            '<p>{}</p><button type="button" data-action="composer#take" data-text="{}">Take it</button>',
            words,
            words,
        )
    )


_OWN = [
    path("aids/<uuid:pk>/translation/", translation, name="translation"),
    path("aids/<uuid:pk>/suggestion/", suggestion, name="suggestion"),
]
urlpatterns = [path("", include("config.urls")), path("", include((_OWN, "aids")))]
