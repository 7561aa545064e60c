"""Django's templates, which let go of what a page was made of as soon as it is written."""

from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.django import DjangoTemplates, Template, reraise
from django.template.context import make_context


class Templates(DjangoTemplates):
    """Each page with a request leaves a circle in Django (context, its layers, context again), which holds all its records.

    A list of fifty is a thousand objects: every ninth page waited for the garbage collector to find them.
    """

    def get_template(self, template_name: str) -> "_Template":
        return _Template(super().get_template(template_name).template, self)

    def from_string(self, template_code: str) -> "_Template":
        return _Template(super().from_string(template_code).template, self)


class _Template(Template):
    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> Any:
        filled = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            text = self.template.render(filled)
        except TemplateDoesNotExist as error:
            reraise(error, self.backend)
        filled.dicts.clear()
        return text
