"""Tags and components: what is escaped, what is left out, what a hostile value cannot do."""

import re

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils.translation import gettext_lazy as _
from django_cotton.compiler_regex import CottonCompiler

from bandhu.ui.icons import icon_svg
from bandhu.ui.options import DrawnOptions, options_html, select_html
from bandhu.ui.template_loader import with_expressions

HOSTILE = '"><script>alert(1)</script>'


def render(source: str, query: str = "", **context) -> str:
    request = RequestFactory().get(f"/list/{query}")
    return (
        engines["django"]
        .from_string(CottonCompiler().process(with_expressions(source)))
        .render(context, request)
    )


@pytest.mark.parametrize(
    "source",
    [
        '<c-button title="{{ value }}">{{ value }}</c-button>',
        '<c-button :title="value" :data-x="value" />',
        '<c-card :title="value" :subtitle="value" />',
        '<c-avatar :name="value" :src="value" />',
        '<c-input name="x" :value="value" :label="value" :error="value" />',
        '<c-select name="x" :options="pairs" />',
        '<c-menu-item :href="value">{{ value }}</c-menu-item>',
        '<c-filter-chip :label="value" :value="value" :remove="value" />',
        '<c-diff :rows="rows" :theirs="value" />',
        "{% avatar value %}{% badge value %}{% icon value %}",
    ],
)
def test_a_hostile_value_stays_text(source: str):
    row = {"name": HOSTILE, "label": HOSTILE, "before": HOSTILE, "theirs": HOSTILE, "yours": HOSTILE}
    html = render(source, value=HOSTILE, pairs=[(HOSTILE, HOSTILE)], rows=[row])
    assert "<script>" not in html
    assert HOSTILE not in html


def test_attributes_of_the_template_keep_their_quotes():
    html = render("""<c-button hx-vals='{"id": "{{ id }}"}' data-plain="a & b">Go</c-button>""", id='7"')
    assert 'hx-vals="{&quot;id&quot;: &quot;7&quot;&quot;}"' in html
    assert 'data-plain="a &amp; b"' in html


def test_false_and_none_leave_an_attribute_out_and_true_writes_it_bare():
    html = render(
        '<c-button :disabled="yes" :hidden="no" :form="nothing">Go</c-button>',
        yes=True,
        no=False,
        nothing=None,
    )
    assert " disabled>" in html
    assert "hidden" not in html
    assert "form" not in html


def test_a_component_does_not_see_the_variables_of_the_page():
    assert "secret" not in render('<c-card title="Shown" />', subtitle="secret", footer="secret")


def test_a_button_with_a_reason_cannot_be_used_and_says_why():
    html = render('<c-button href="/delete/" reason="Your role may not delete.">Delete</c-button>')
    assert "<button" in html
    assert "disabled" in html
    assert 'title="Your role may not delete."' in html
    assert "/delete/" not in html


def test_a_head_cell_sorts_up_then_down_and_forgets_the_page():
    up = render('<c-table-head sort="name" current="">Name</c-table-head>', "?q=ru&after=abc")
    assert 'href="?q=ru&amp;sort=name"' in up
    down = render(
        '<c-table-head sort="name" :current="sort">Name</c-table-head>', "?q=ru&sort=name", sort="name"
    )
    assert 'aria-sort="ascending"' in down
    assert "sort=-name" in down
    assert 'aria-sort="descending"' in render('<c-table-head sort="name" current="-name">Name</c-table-head>')


def test_pages_link_by_key_and_keep_the_filter():
    html = render('<c-pagination next="n1" previous="p1" target="#rows" />', "?q=ru&after=old")
    assert 'href="?q=ru&amp;after=n1"' in html
    assert 'href="?q=ru&amp;before=p1"' in html
    assert render("<c-pagination />").strip() == ""


def test_icons_that_point_turn_round_and_unknown_ones_ask():
    assert "turns" in icon_svg("chevron-right")
    assert "turns" not in icon_svg("chevron-down")
    assert icon_svg("no-such-icon") == icon_svg("circle-question-mark")


def test_the_browser_title_repeats_the_heading_without_tags():
    source = '{% extends "ui/page.html" %}{% block title %}<bdi>{{ name }}</bdi>{% endblock %}'
    html = engines["django"].from_string(source).render({"name": "Rupa & Co"}, RequestFactory().get("/"))
    assert "<title>Rupa &amp; Co · Bandhu</title>" in html
    assert '<h1 class="page-title"><bdi>Rupa &amp; Co</bdi></h1>' in html


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("tab == 'mine'", True),
        ("tab != 'mine'", False),
        ("not tab", False),
        ("rows|length > 1", True),
        ("missing or tab == 'x'", False),
    ],
)
def test_attributes_may_be_expressions(expression: str, expected: bool):
    html = render(
        f'{{% if 1 %}}<c-tab href="#" :current="{expression}">Mine</c-tab>{{% endif %}}',
        tab="mine",
        rows=[1, 2],
    )
    assert ("aria-current" in html) is expected


def test_attributes_may_be_filtered_objects():
    html = render(
        '<c-select name="x" :options="pairs|slice:\':1\'" />', pairs=[("a", "First"), ("b", "Second")]
    )
    assert "First" in html
    assert "Second" not in html


def test_plain_variables_are_left_to_cotton():
    source = (
        '<c-x :a="one" :b="two.three" c="d == e" :f="[1, 2]" :g="{{ h }}"><c-slot name="i">j</c-slot></c-x>'
    )
    assert with_expressions(source) == source


def test_a_head_cell_without_words_is_no_heading():
    assert "<th" not in render("<c-table-head></c-table-head>")


def test_a_drawn_select_is_what_djangos_template_writes():
    class Chosen(forms.Form):
        one = forms.ChoiceField(
            choices=[("", "–"), ("a", HOSTILE), (HOSTILE, "b"), (_("Group"), [(7, "seven"), (8, "eight")])],
            widget=forms.Select(attrs={"data-x": HOSTILE, "autofocus": True, "hidden": False}),
        )
        many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.SelectMultiple)

    form = Chosen(initial={"one": 8, "many": ["b"]})
    for field in form:
        widget = field.field.widget
        context = widget.get_context(field.html_name, field.value(), field.build_widget_attrs({}))
        written = engines["django"].get_template("django/forms/widgets/select.html").render(context)
        drawn = select_html(context["widget"])
        assert " ".join(drawn.split()) == re.sub(r">\s+<", "><", " ".join(written.split()))


def test_options_of_a_list_are_text_and_one_is_chosen():
    source = "{% options pairs 7 %}"
    html = render(source, pairs=[(None, "–"), (7, HOSTILE), ("8", "eight")])
    assert html.count(" selected") == 1 and '<option value="7" selected>' in html
    assert "<script>" not in html and '<option value="">' in html


@pytest.mark.parametrize("chosen", ["", None, "kg", HOSTILE, "of no line"])
def test_a_list_drawn_once_is_the_same_in_each_row(chosen):
    pairs = [("", "–"), ("kg", _("kg")), (HOSTILE, HOSTILE)]
    drawn = DrawnOptions(iter(pairs))
    shown = render("{% options pairs chosen %}|{% options pairs chosen %}", pairs=drawn, chosen=chosen)
    assert shown == "|".join([options_html(pairs, chosen)] * 2)
    assert "<script>" not in shown and drawn and not DrawnOptions([])
