"""What comes from outside for a product, cleaned: one place for pages, API and import."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bandhu.catalog.models import Product, TaxClass
from bandhu.catalog.period_values import clean_period, clean_times
from bandhu.platform.texts import clean_block, clean_line, fold
from bandhu.ui.digits import to_latin

# Codes of UN/ECE recommendation 20 and 21, as electronic invoices name units.
UNITS: dict[str, Any] = {
    "C62": gettext_lazy("piece"),
    "HUR": gettext_lazy("hour"),
    "DAY": gettext_lazy("day"),
    "MON": gettext_lazy("month"),
    "ANN": gettext_lazy("year"),
    "KGM": gettext_lazy("kilogram"),
    "GRM": gettext_lazy("gram"),
    "LTR": gettext_lazy("litre"),
    "MTR": gettext_lazy("metre"),
    "MTK": gettext_lazy("square metre"),
    "SET": gettext_lazy("set"),
    "XBX": gettext_lazy("box"),
    "E49": gettext_lazy("working day"),
    "E48": gettext_lazy("service"),
}
COLUMNS = (
    "code",
    "names",
    "descriptions",
    "unit",
    "category",
    "is_active",
    "tax_class",
    "parent",
    "attributes",
    "recurs",
    "times",
)
MOST_ATTRIBUTES = 20
_LARGEST_QUANTITY = Decimal(10) ** 9


def clean_product(values: Mapping[str, Any], product: Product | None = None) -> dict[str, Any]:
    """The columns of COLUMNS in `values`, checked; raises ValidationError by field, TypeError for an unknown name."""
    problems: dict[str, Any] = {}
    cleaned: dict[str, Any] = {}
    for name, value in values.items():
        if name not in COLUMNS:
            raise TypeError(f"Product has no value {name!r}")
        try:
            cleaned[name] = _CHECKS[name](value, product)
        except ValidationError as problem:
            problems[name] = problem
    if problems:
        raise ValidationError(problems)
    return cleaned


def in_language(texts: Mapping[str, str], language: str = "") -> str:
    """The text in a language (default: the reader's), else in English, else whichever there is."""
    wanted = (language or get_language() or "en").split("-")[0]
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")


def code_key(code: str) -> str:
    """What makes two codes the same: case and width do not count."""
    return fold(code)[:60]


def clean_quantity(value: Any) -> Decimal:
    """A positive number with at most six decimals; raises ValidationError."""
    try:
        found = Decimal(to_latin(str(value)).strip().replace(",", ""))
    except InvalidOperation:
        raise ValidationError(_("Write the quantity as a number, like 12 or 2.5."), code="invalid") from None
    if not found.is_finite() or found <= 0:
        raise ValidationError(_("The quantity must be larger than zero."), code="not_positive")
    if found > _LARGEST_QUANTITY or found != round(found, 6):
        raise ValidationError(_("The quantity is too large or has more than six decimals."), code="too_long")
    return found


def _code(value: Any, product: Product | None) -> str:
    cleaned = clean_line(value or "", 60)
    if not cleaned:
        raise ValidationError(_("A code is needed: it tells this product from all others."), code="required")
    taken = Product.objects.filter(code_key=code_key(cleaned))
    if product is not None:
        taken = taken.exclude(pk=product.pk)
    if taken.exists():
        raise ValidationError(_("Another product has this code."), code="taken")
    return cleaned


def _names(value: Any, product: Product | None) -> dict[str, str]:
    found = _texts(value, lambda text: clean_line(text, 300))
    if not found:
        raise ValidationError(_("A name is needed."), code="required")
    return found


def _texts(value: Any, clean: Any) -> dict[str, str]:
    if isinstance(value, str):
        value = {"en": value}
    if not isinstance(value, Mapping):
        raise ValidationError(_("Give one text for each language."), code="invalid")
    known = [code for code, _name in settings.LANGUAGES]
    if unknown := [str(code) for code in value if code not in known]:
        text = _("There is no such language: %(codes)s.")
        raise ValidationError(text % {"codes": ", ".join(unknown[:5])}, code="unknown")
    cleaned = {code: clean(value[code]) for code in known if value.get(code)}
    return {code: text for code, text in cleaned.items() if text}


def _unit(value: Any, product: Product | None) -> str:
    if value not in UNITS:
        raise ValidationError(_("This is not one of the choices."), code="no_choice")
    return str(value)


def _yes_no(value: Any, product: Product | None) -> bool:
    if isinstance(value, bool):
        return value
    return str(value).strip().casefold() in ("true", "1", "yes", "on")


def _tax_class(value: Any, product: Product | None) -> TaxClass | None:
    if value in (None, "") or isinstance(value, TaxClass):
        return value or None
    found = TaxClass.objects.filter(key=str(value)[:40]).first()
    if found is None:
        raise ValidationError(_("There is no such tax class."), code="unknown")
    return found


def _parent(value: Any, product: Product | None) -> Product | None:
    if value in (None, ""):
        return None
    try:
        found = value if isinstance(value, Product) else Product.objects.filter(pk=UUID(str(value))).first()
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("There is no such product."), code="unknown")
    if found.parent_id or (product is not None and (found.pk == product.pk or product.variants.exists())):
        raise ValidationError(_("A variant belongs to a product that is no variant itself."), code="circle")
    return found


def _attributes(value: Any, product: Product | None) -> dict[str, str]:
    """ "Colour: red" lines, or a mapping."""
    pairs = value.items() if isinstance(value, Mapping) else _pairs(str(value or ""))
    cleaned = {clean_line(name, 60): clean_line(text, 120) for name, text in pairs}
    if len(cleaned) > MOST_ATTRIBUTES:
        raise ValidationError(
            _("At most %(limit)s attributes.") % {"limit": MOST_ATTRIBUTES}, code="too_many"
        )
    return {name: text for name, text in cleaned.items() if name and text}


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = [line.partition(":") for line in text.splitlines() if line.strip()]
    if any(not sign for _name, sign, _text in pairs):
        raise ValidationError(_("Write one attribute to a line, like Colour: red."), code="invalid")
    return [(name, one) for name, _sign, one in pairs]


_CHECKS: dict[str, Any] = {
    "code": _code,
    "names": _names,
    "descriptions": lambda value, _product: _texts(value, clean_block),
    "unit": _unit,
    "category": lambda value, _product: clean_line(value or "", 120),
    "is_active": _yes_no,
    "tax_class": _tax_class,
    "parent": _parent,
    "attributes": _attributes,
    "recurs": lambda value, _product: clean_period(value) or "",
    "times": lambda value, _product: clean_times(value or 0),
}
