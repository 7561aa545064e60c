"""House rules of templates and styles: the kit stays in bandhu/ui, directions are logical, nothing is inline."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from bandhu.ui.component_docs import GROUPS, component_docs, component_names

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "bandhu").glob("*/templates/**/*.html"))
STYLES = sorted((ROOT / "assets" / "css").glob("*.css"))
_CLASSES = re.compile(r"""\bclass=(["'])(.*?)\1""", re.DOTALL)
_TEMPLATE_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_KIT = re.compile(
    r"^(btn|card|badge|alert|input|textarea|select|file-input|checkbox|radio|toggle|table|modal|dropdown|menu|kbd|loading|progress"
    r"|skeleton|status|tab|tabs|tooltip|join|navbar|drawer|collapse|steps|step|stat|stats|toast|avatar|breadcrumbs|footer|hero|divider"
    r"|indicator|swap|range|rating|timeline|chat|dock|fieldset|label|link|list|mask|carousel|countdown|diff)(-.*)?$"
)
# Tailwind utilities, and classes of our own, that begin like a part of the kit.
_NOT_KIT = re.compile(
    r"^(table-(fixed|auto|cell|row)|list-(none|disc|decimal|inside|outside)|select-(none|all|text|auto)|link-quiet|menu-entry)$"
)
_ONE_SIDED = re.compile(
    r"^-?(pl|pr|ml|mr|left|right|border-l|border-r|rounded-l|rounded-r|rounded-tl|rounded-tr|rounded-bl|rounded-br|scroll-ml|scroll-mr)-"
    r"|^(text-left|text-right|float-left|float-right|clear-left|clear-right|border-l|border-r|rounded-l|rounded-r)$"
)
_INLINE = re.compile(
    r"""\sstyle=|<style\b|<script(?![^>]*\ssrc=)|\son[a-z]+=["']|\shx-on|hx-vals=["']js:|hx-headers=["']js:|javascript:""",
    re.IGNORECASE,
)
_ONE_SIDED_CSS = re.compile(
    r"(?<![\w-])(margin|padding|border)-(left|right)\b|(?<![\w-])(left|right)\s*:|text-align:\s*(left|right)|float:\s*(left|right)"
)


def classes_of(source: str) -> list[str]:
    """Every class name written in a template, without variants (md:, hover:)."""
    names = (
        name for found in _CLASSES.finditer(source) for name in _TEMPLATE_CODE.sub(" ", found[2]).split()
    )
    return [name.rsplit(":", 1)[-1] for name in names]


@pytest.mark.parametrize("name", ["btn", "badge-error", "card-body", "table"])
def test_the_rule_knows_the_kit(name: str):
    assert _KIT.match(classes_of(f'<p class="p-2 {{% if x %}}md:{name}{{% endif %}}">')[-1])


def test_classes_of_the_kit_stand_only_in_the_ui_app():
    offenders = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in TEMPLATES
        if path.relative_to(ROOT).parts[1] != "ui"
        for name in classes_of(path.read_text(encoding="utf-8"))
        if _KIT.match(name) and not _NOT_KIT.match(name)
    ]
    assert offenders == []


def test_directions_in_templates_are_logical():
    offenders = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in TEMPLATES
        for name in classes_of(path.read_text(encoding="utf-8"))
        if _ONE_SIDED.match(name)
    ]
    assert offenders == []


def test_directions_in_styles_are_logical():
    offenders = [
        f"{path.name}: {line.strip()[:100]}"
        for path in STYLES
        for line in path.read_text(encoding="utf-8").splitlines()
        if _ONE_SIDED_CSS.search(line)
    ]
    assert offenders == []


def test_nothing_in_templates_is_inline():
    """The content security policy refuses it, so it would only seem to work."""
    offenders = [
        f"{path.relative_to(ROOT)}: {found[0].strip()}"
        for path in TEMPLATES
        for found in _INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []


def test_every_component_is_documented_and_shown():
    listed = {name for names in GROUPS.values() for name in names}
    assert listed == component_names()
    assert all(doc.summary for docs in component_docs().values() for doc in docs)


def test_every_component_that_a_template_uses_exists():
    used = {
        (found[1], str(path.relative_to(ROOT)))
        for path in TEMPLATES
        for found in re.finditer(
            r"<c-([a-z-]+)",
            re.sub(
                r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
            ),
        )
    }
    known = component_names() | {"vars", "slot"}
    assert sorted((name, place) for name, place in used if name not in known) == []


@pytest.mark.parametrize(
    ("tag", "is_sound"),
    [
        ("{% blocktranslate count how_many=minutes with number=minutes|number %}", True),
        ("{% blocktranslate count how_many=minutes with minutes=minutes|number %}", False),
        ("{% blocktranslate with minutes=minutes|number count how_many=minutes %}", False),
    ],
)
def test_the_rule_of_counted_texts_sees_the_slip(tag, is_sound):
    assert (formatted_before_counted(tag) == []) is is_sound


def test_what_is_counted_is_a_number_still():
    """What `with` names anew is a text by the time `count` looks at it, and the page falls over."""
    offenders = {str(path): formatted_before_counted(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {path: tags for path, tags in offenders.items() if tags} == {}


def formatted_before_counted(source):
    """The tags that count a value under a name that `with` gives to its written form."""
    found = []
    for tag in re.findall(r"\{% blocktranslate [^%]*?\bcount [^%]*%\}", source):
        counted = re.search(r"\bcount (\w+)=(\w+)", tag)
        given = set(re.findall(r"\b(\w+)=", tag)) - {counted[1]}
        if counted[2] in given:
            found.append(tag)
    return found


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("bandhu/*/templates/**/*.html")), ids=lambda path: path.name
)
def test_every_template_knows_the_tags_it_uses(path: Path) -> None:
    get_template(str(path.relative_to(ROOT)).split("/templates/", 1)[1])
