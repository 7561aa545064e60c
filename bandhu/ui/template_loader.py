"""django-cotton's loader, with expressions in component attributes: <c-tab :current="tab == 'mine'">.

Cotton itself resolves only plain variables there and silently drops the rest. Anything else is rewritten here into an
`evaluate` tag before the component and a plain variable in it.
"""

import itertools
import re

from django_cotton.cotton_loader import Loader as CottonLoader

_COMPONENT = re.compile(r"""<c-(?!vars\b|slot\b)[\w.-]+(?:"[^"]*"|'[^']*'|[^"'>])*>""")
_ATTRIBUTE = re.compile(r"""(?<=\s):([\w-]+)=(["'])((?:(?!\2).)*)\2""", re.DOTALL)
_PLAIN = re.compile(r"^[\w.-]*$|^[\[({'\"0-9]|\{\{|\{%")


def with_expressions(source: str) -> str:
    """The template with every expression of a component's attribute evaluated before the component."""
    if "<c-" not in source:
        return source
    numbers = itertools.count(1)

    def component(found: re.Match[str]) -> str:
        tags: list[str] = []

        def attribute(given: re.Match[str]) -> str:
            name, quote, value = given[1], given[2], given[3].strip()
            if _PLAIN.search(value):
                return given[0]
            variable = f"evaluated_{next(numbers)}"
            tags.append(f"{{% evaluate {variable} = {value} %}}")
            return f":{name}={quote}{variable}{quote}"

        rewritten = _ATTRIBUTE.sub(attribute, found[0])
        return "".join(tags) + rewritten

    return _COMPONENT.sub(component, source)


class Loader(CottonLoader):
    """Named in the settings in place of cotton's own."""

    def _get_template_string(self, template_name: str) -> str:
        return with_expressions(super()._get_template_string(template_name))
