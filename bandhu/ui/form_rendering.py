"""How Django forms are drawn: our field template, and the kit's classes on every widget."""

from typing import Any

from django.forms.renderers import TemplatesSetting

from bandhu.ui.options import select_html

_SELECT = "django/forms/widgets/select.html"
_CLASS_OF_INPUT = {
    "checkbox": "checkbox",
    "radio": "radio",
    "file": "file-input",
    "hidden": "",
}
_FREE_TEXT = {"text", "search"}
_ALWAYS_LEFT_TO_RIGHT = {"email", "url", "tel", "password"}


class FormRenderer(TemplatesSetting):
    """Set as FORM_RENDERER; every form of the product, allauth's too, comes through here."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if "widget" in context:
            _dress(context["widget"])
            if template_name == _SELECT:
                return select_html(context["widget"])
        return super().render(template_name, context, request)


def _dress(widget: dict[str, Any]) -> None:
    for part in widget.get("subwidgets", ()):
        _dress(part)
    kind = widget.get("type")
    template = str(widget.get("template_name", ""))
    if "optgroups" in widget and not template.endswith("/select.html"):
        # A group of boxes: each box is dressed, the element around them is not.
        for _group, options, _index in widget["optgroups"]:
            for option in options:
                _dress(option)
        return
    attributes = widget["attrs"]
    if kind is None and not template.endswith(("/textarea.html", "/select.html")):
        return
    if template.endswith("/textarea.html"):
        own, free = "textarea", True
    elif template.endswith("/select.html"):
        own, free = "select", False
    elif attributes.get("role") == "switch":
        own, free = "toggle", False
    else:
        own, free = _CLASS_OF_INPUT.get(str(kind), "input"), kind in _FREE_TEXT
    if own:
        attributes["class"] = " ".join(filter(None, [own, attributes.get("class", "")]))
    if free:
        attributes.setdefault("dir", "auto")
    elif kind in _ALWAYS_LEFT_TO_RIGHT:
        attributes.setdefault("dir", "ltr")
