import gc
import json
import weakref

from django import forms
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory

from bandhu.ui.pages import close_dialog, is_fragment_request, see_other, with_event, with_toast
from bandhu.ui.templatetags.row_parts import editable
from bandhu.ui.widgets import DateInput, Switch


def request(**headers):
    return RequestFactory().get("/", headers=headers)


def test_htmx_gets_a_part_and_a_browser_the_page():
    assert is_fragment_request(request(**{"HX-Request": "true"}))
    assert not is_fragment_request(request())
    assert not is_fragment_request(request(**{"HX-Request": "true", "HX-History-Restore-Request": "true"}))


def test_a_redirect_reaches_both():
    assert see_other(request(), "/contacts/").headers["Location"] == "/contacts/"
    answer = see_other(request(**{"HX-Request": "true"}), "/যোগাযোগ/")
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].isascii()


def test_events_add_up_and_a_toast_speaks_every_language():
    answer = close_dialog(with_event(with_toast(HttpResponse(status=204), "সংরক্ষিত"), "contact-changed"))
    header = answer.headers["HX-Trigger"]
    assert header.isascii()
    events = json.loads(header)
    assert events["toast"] == {"text": "সংরক্ষিত", "tone": "success"}
    assert events["contact-changed"] is True
    assert events["dialog-close"] is True


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As people say it.")
    kind = forms.ChoiceField(choices=[("a", "A")])
    many = forms.MultipleChoiceField(
        choices=[("a", "A")], widget=forms.CheckboxSelectMultiple, required=False
    )
    day = forms.DateField(widget=DateInput, required=False)
    on = forms.BooleanField(widget=Switch, required=False)
    mail = forms.EmailField(required=False)
    note = forms.CharField(widget=forms.Textarea(attrs={"class": "mine"}), required=False)


def test_widgets_are_dressed_and_people_s_text_finds_its_own_direction():
    html = str(SampleForm())
    assert 'class="input"' in html
    assert 'class="select"' in html
    assert 'class="textarea mine"' in html
    assert 'role="switch" id="id_on" class="toggle"' in html
    assert '<option value="a">' in html
    assert html.count('class="checkbox"') == 1
    assert '<input type="email"' in html
    assert 'dir="ltr"' in html
    assert 'dir="auto"' in html


def test_an_error_stands_at_its_field_and_in_the_summary():
    html = str(SampleForm({}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'href="#id_name"' in html


def test_a_value_edited_in_place_is_escaped_once():
    assert ">Banyan Cash &amp; Carry</span>" in editable("/there/", "Legal name", " Banyan Cash & Carry ")
    assert "&lt;b&gt;" in editable("/there/", "Legal name", "<b>")


class Record:
    """Stands for the rows of a page."""


def test_what_a_page_was_made_of_is_let_go_when_it_is_written():
    """In Django's own backend it waits for the garbage collector, which then walks whatever a web process holds."""
    record = Record()
    watched = weakref.ref(record)
    gc.disable()
    try:
        page = engines["django"].from_string("{% for one in rows %}{{ one }}{% endfor %}")
        assert "Record" in page.render({"rows": [record]}, RequestFactory().get("/"))
        del record
        assert watched() is None
    finally:
        gc.enable()
