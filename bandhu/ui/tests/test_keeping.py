"""Kept parts: rendered once for what they depend on, never shown to whom they do not belong."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from bandhu.ui.templatetags import keeping


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(keeping, "_kept", type(keeping._kept)())


def render(source, request=None, **context):
    return engines["django"].from_string(source).render(context, request)


def test_a_part_is_rendered_once_for_the_same_values_and_anew_for_others():
    source = "{% keep part user.pk %}{{ shown }}{% endkeep %}"
    rupa, kamal = SimpleNamespace(pk=1), SimpleNamespace(pk=2)
    assert render(source, user=rupa, shown="of Rupa") == "of Rupa"
    assert render(source, user=rupa, shown="changed") == "of Rupa"
    assert render(source, user=kamal, shown="of Kamal") == "of Kamal"


def test_each_language_has_its_own():
    source = "{% keep part %}{% get_current_language as code %}{{ code }}{% endkeep %}"
    assert render(source) == "en"
    with translation.override("bn"):
        assert render(source) == "bn"


def test_the_navigation_depends_on_its_lines_and_on_which_is_open():
    source = "{% keep nav menu %}{% for line in menu %}{{ line.url }}{{ line.open }}{{ line.count }} {% endfor %}{% endkeep %}"
    entry = SimpleNamespace(name="contacts")
    seen = {
        render(source, menu=[{"entry": entry, "url": url, "open": is_open, "count": count}])
        for url in ("/a/", "/b/")
        for is_open in (True, False)
        for count in (1, 2)
    }
    assert len(seen) == 8


def test_a_token_is_never_kept():
    source = "{% keep part %}<form>{% kept_csrf %}</form>{% endkeep %}"
    first, second = (render(source, RequestFactory().get("/")) for _visitor in range(2))
    assert "csrfmiddlewaretoken" in first
    assert first != second


def test_values_of_people_stay_escaped():
    assert render("{% keep part name %}{{ name }}{% endkeep %}", name="<b>") == "&lt;b&gt;"
    assert render("{% keep part name %}{{ name }}{% endkeep %}", name="<b>") == "&lt;b&gt;"


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(keeping, "MOST_KEPT", 3)
    for number in range(10):
        render("{% keep part number %}{{ number }}{% endkeep %}", number=number)
    assert len(keeping._kept) == 3


def test_a_part_kept_for_an_id_shows_each_its_own():
    source = "{% keep part for pk %}<a href='/contacts/{{ pk }}/'>{% endkeep %}"
    first, second = uuid4(), uuid4()
    assert render(source, pk=first) == f"<a href='/contacts/{first}/'>"
    assert render(source, pk=second) == f"<a href='/contacts/{second}/'>"
    assert len(keeping._kept) == 1


def test_a_token_outside_of_what_is_kept_is_written_at_once():
    assert "csrfmiddlewaretoken" in render("{% kept_csrf %}", RequestFactory().get("/"))
