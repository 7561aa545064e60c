"""Products: made, changed, put together from parts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.events import ProductChanged, ProductCreated
from bandhu.catalog.models import BundlePart, Product
from bandhu.catalog.product_values import clean_product, clean_quantity, code_key, in_language
from bandhu.customers.actions.records import write_columns
from bandhu.identity.acting import action
from bandhu.platform import audit, conflicts, live
from bandhu.platform.custom_values import checked_custom, write_custom
from bandhu.platform.events import publish
from bandhu.platform.search.indexing import index_records
from bandhu.platform.sort_keys import sort_key

Changes = dict[str, tuple[Any, Any]]


@action("catalog.create_product", on_record=False)
def create_product(
    *,
    actor: Any,
    code: str,
    names: Mapping[str, str] | str,
    custom: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Product:
    """A new product; `names` by language (a plain text is the English one), `columns` any of product_values.COLUMNS.

    Raises ValidationError with the problems by field.
    """
    given = {"code": code, "names": names, **columns}
    cleaned = _cleaned(given, custom or {}, actor)
    product = Product(created_by=actor, sort_key=b"")
    changes = write_columns(product, cleaned["columns"]) | write_custom(
        product, cleaned["custom"], kind="product"
    )
    _derive(product)
    product.save(force_insert=True)
    event = ProductCreated(product_id=str(product.pk), code=product.code, title=product.name)
    written: Changes = {name: (None, value) for name, (_default, value) in changes.items() if value}
    _announce(product, "created", event, written, actor)
    return product


@action("catalog.change_product")
def change_product(product: Product, *, actor: Any, version: int | None = None, **changes: Any) -> Product:
    """Change any of product_values.COLUMNS and `custom` (by key); what is as it was writes nothing.

    With `version`, somebody else's change in between raises EditConflict and nothing is written. Raises ValidationError by field.
    """
    fresh = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    custom = changes.pop("custom", None) or {}
    cleaned = _cleaned(changes, custom, actor, fresh)
    if version is not None and version != fresh.version:
        raise _conflict(
            fresh,
            version,
            cleaned["columns"] | {f"custom.{key}": one for key, one in cleaned["custom"].items()},
        )
    written = write_columns(fresh, cleaned["columns"]) | write_custom(
        fresh, cleaned["custom"], kind="product"
    )
    if written:
        _save_changed(fresh, written, actor)
    return fresh


@action("catalog.change_product")
def set_part(bundle: Product, *, actor: Any, part: Product, quantity: Decimal | str) -> BundlePart:
    """Make `part` a part of the bundle, or change how many there are. Raises ValidationError by field."""
    fresh = Product.objects.select_for_update(of=("self",)).get(pk=bundle.pk)
    if part.pk == fresh.pk or part.parts.exists() or fresh.used_in.exists():
        raise ValidationError({"part": _("A bundle cannot be part of a bundle.")}, code="circle")
    try:
        wanted = clean_quantity(quantity)
    except ValidationError as problem:
        raise ValidationError({"quantity": problem}) from None
    before = _parts_in_words(fresh)
    made, _created = BundlePart.objects.update_or_create(
        bundle=fresh, part=part, defaults={"quantity": wanted}
    )
    _parts_changed(fresh, before, actor)
    return made


@action("catalog.change_product")
def remove_part(bundle: Product, *, actor: Any, part: Product) -> None:
    """Take a part out of the bundle; one that is not in it changes nothing."""
    fresh = Product.objects.select_for_update(of=("self",)).get(pk=bundle.pk)
    before = _parts_in_words(fresh)
    BundlePart.objects.filter(bundle=fresh, part=part).delete()
    _parts_changed(fresh, before, actor)


def _cleaned(
    given: Mapping[str, Any], custom: Mapping[str, Any], actor: Any, product: Product | None = None
) -> dict[str, dict[str, Any]]:
    """Columns and own fields checked together, so that a person sees everything at once."""
    found: dict[str, dict[str, Any]] = {"columns": {}, "custom": {}}
    problems: dict[str, Any] = {}
    checks = {
        "columns": lambda: clean_product(given, product),
        "custom": lambda: checked_custom("product", custom, actor, is_new=product is None),
    }
    for name, check in checks.items():
        try:
            found[name] = check()
        except ValidationError as problem:
            problems |= problem.error_dict
    if problems:
        raise ValidationError(problems)
    return found


def _derive(product: Product) -> None:
    product.name = in_language(product.names, "en")
    product.sort_key = sort_key(product.name)
    product.code_key = code_key(product.code)


def _save_changed(product: Product, written: Changes, actor: Any) -> None:
    _derive(product)
    product.version += 1
    product.save()
    event = ProductChanged(
        product_id=str(product.pk),
        code=product.code,
        title=product.name,
        version=product.version,
        fields=sorted(written),
    )
    _announce(product, "changed", event, written | {"version": (product.version - 1, product.version)}, actor)


def _announce(product: Product, verb: str, event: Any, changes: Changes, actor: Any) -> None:
    audit.record_change(
        verb,
        actor=actor,
        kind="product",
        record_id=product.pk,
        title=product.name,
        changes={name: (_plain(before), _plain(after)) for name, (before, after) in changes.items()},
    )
    index_records("product", [product.pk])
    publish(event, actor=actor)
    live.hint(f"product:{product.pk}")


def _plain(value: Any) -> Any:
    """Texts by language and attributes as lines, as the trail shows lists."""
    if isinstance(value, Mapping):
        return [f"{name}: {text}" for name, text in sorted(value.items())]
    return value


def _parts_in_words(product: Product) -> list[str]:
    rows = product.parts.select_related("part")
    return [f"{row.quantity.normalize():f} × {row.part.code}" for row in rows]


def _parts_changed(product: Product, before: list[str], actor: Any) -> None:
    after = _parts_in_words(product)
    if before != after:
        _save_changed(product, {"parts": (before, after)}, actor)


def _conflict(product: Product, version: int, wanted: Mapping[str, Any]) -> conflicts.EditConflict:
    yours = {name: _plain(str(value) if hasattr(value, "pk") else value) for name, value in wanted.items()}
    theirs = {name: _now(product, name) for name in yours}
    return conflicts.EditConflict(
        product.version, conflicts.values_at(product.pk, version, theirs), theirs, yours
    )


def _now(product: Product, name: str) -> Any:
    if name.startswith("custom."):
        return product.custom.get(name.removeprefix("custom."))
    value = getattr(product, name)
    return _plain(str(value) if hasattr(value, "pk") else value)
