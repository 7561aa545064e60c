"""Products as people find and read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bandhu.catalog.models import BundlePart, Product, TaxClass
from bandhu.catalog.product_values import code_key, in_language
from bandhu.catalog.tax_classes import tax_class_label
from bandhu.identity.results import OutOfReach


def products(user: Any) -> QuerySet[Product]:
    """Those the user may see, by name."""
    return Product.objects.visible_to(user).order_by("sort_key", "pk")


def product_for(user: Any, product_id: UUID | str) -> Product:
    """One with its parent and tax class; raises OutOfReach (404)."""
    try:
        wanted = product_id if isinstance(product_id, UUID) else UUID(str(product_id))
    except ValueError:
        raise OutOfReach from None
    found = products(user).select_related("parent", "tax_class").filter(pk=wanted).first()
    if found is None:
        raise OutOfReach
    return found


def product_by_code(user: Any, code: str) -> Product | None:
    """The product of this code, whatever its case; None where there is none."""
    return products(user).filter(code_key=code_key(code)).first()


def products_called(user: Any, words: Iterable[str], language: str = "") -> dict[str, Product]:
    """Active products of these codes or exact names, by code key and by name (their own, and that in `language`)."""
    wanted = list(words)
    codes = [code_key(word) for word in wanted]
    named = Q(code_key__in=codes) | Q(name__in=wanted)
    if language:
        named |= Q(**{f"names__{language}__in": wanted})
    found = list(products(user).filter(named, is_active=True).select_related("tax_class"))
    called = {name: one for one in reversed(found) for name in (one.name, name_of(one, language))}
    return called | {one.code_key: one for one in found}


def products_named(user: Any, text: str, limit: int = 8) -> list[Product]:
    """For choosing a product while typing: active ones whose code begins with the text, or whose name has it."""
    rows = products_like(user, text) if text else products(user)
    return list(rows.filter(is_active=True)[:limit])


def products_like(user: Any, text: str) -> QuerySet[Product]:
    """Those whose code begins with the text, or whose name in any language has it."""
    named = Q(name__icontains=text)
    for language, _name in settings.LANGUAGES:
        named |= Q(**{f"names__{language}__icontains": text})
    return products(user).filter(Q(code_key__startswith=code_key(text)) | named)


def variants_of(user: Any, product: Product) -> QuerySet[Product]:
    """The variants of a product, by name."""
    return products(user).filter(parent=product)


def parts_of(user: Any, product: Product) -> QuerySet[BundlePart]:
    """What a bundle consists of."""
    return product.parts.select_related("part").order_by("pk")


def bundles_with(user: Any, product: Product) -> QuerySet[BundlePart]:
    """The bundles a product is part of."""
    return product.used_in.select_related("bundle").order_by("pk")


def categories(user: Any) -> list[str]:
    """The categories in use, to choose from while typing."""
    rows = Product.objects.visible_to(user).exclude(category="").order_by("category")
    return list(rows.values_list("category", flat=True).distinct()[:500])


def tax_classes() -> list[tuple[str, str]]:
    """(key, name in the reader's language)."""
    return [(one.key, tax_class_label(one)) for one in TaxClass.objects.all()]


def tax_class_for(key: str) -> TaxClass:
    """One by its key; raises ValidationError."""
    found = TaxClass.objects.filter(key=key[:40]).first()
    if found is None:
        raise ValidationError({"tax_class": _("There is no such tax class.")}, code="unknown")
    return found


def name_of(product: Product, language: str = "") -> str:
    """The product's name in a language (default: the reader's)."""
    return in_language(product.names, language) or product.name


def description_of(product: Product, language: str = "") -> str:
    """The product's description in a language (default: the reader's); "" where there is none."""
    return in_language(product.descriptions, language)
