"""Products: the list, the page, one value in place, variants and parts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bandhu.catalog import actions, queries
from bandhu.catalog.forms import PartForm, ProductForm
from bandhu.catalog.product_values import UNITS
from bandhu.catalog.tax_classes import tax_class_label
from bandhu.customers.history_pages import history_page
from bandhu.customers.queries import custom_lines
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.list_pages import list_page
from bandhu.platform.registries import panels_for
from bandhu.ui.pages import see_other, with_event

CHANGE = "catalog.change_product"


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, "catalog.view_product")
    return list_page(request, "product")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require_anywhere(request.user, "catalog.create_product")
    start = {
        "is_active": "true",
        "unit": "C62",
        "tax_class": "standard",
        "parent": request.GET.get("parent", "")[:40],
    }
    form = ProductForm(request.POST or None, request.FILES or None, initial=start, user=request.user)
    if request.method == "POST":
        try:
            made = actions.create_product(actor=request.user, **form.values())
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            messages.success(request, _("Saved. Now give it a price in a price book."))
            return see_other(request, _address(made))
    context = {"form": form, "categories": queries.categories(request.user)}
    return render(request, "catalog/products/new.html", context, status=422 if form.errors else 200)


@require_safe
def product(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.product_for(request.user, pk)
    context = {"product": found, "may_change": request.user.holds(CHANGE), **_facts(request, found)}
    if request.GET.get("part") == "head":
        return render(request, "catalog/products/product.html#head", context)
    panels = panels_for(request.user, "product", "main")
    wanted = request.GET.get("tab")
    context |= {
        "kind": "product",
        "pk": pk,
        "panels": panels,
        "panel_names": [one.name for one in panels],
        "open_panel": next((one for one in panels if one.name == wanted), panels[0] if panels else None),
    }
    return render(request, "catalog/products/product.html", context)


@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """One value where it stands: GET gives its form (or, with ?show, its value), POST saves it."""
    found = queries.product_for(request.user, pk)
    if name not in ProductForm(user=request.user).fields:
        raise Http404
    context = {"product": found, "name": name}
    if "show" in request.GET:
        return _shown(request, context)
    require(request.user, CHANGE, found)
    if request.method == "GET":
        context["form"] = ProductForm(initial=ProductForm.values_of(found), user=request.user).only(name)
        return render(request, "catalog/products/field.html#form", context)
    own = ProductForm.own_initial(found, "product")
    form = ProductForm(request.POST, request.FILES, initial=own, user=request.user).only(name)
    try:
        actions.change_product(found, actor=request.user, version=_version(request), **form.values(found))
    except ValidationError as problem:
        form.places = dict.fromkeys(("names", "descriptions"), name)
        form.take_errors(problem)
        return render(request, "catalog/products/field.html#form", context | {"form": form}, status=422)
    except EditConflict as conflict:
        text = _("Meanwhile somebody else changed this product. Look at it again, then save.")
        form.take_errors(ValidationError({name: text}))
        found.version = conflict.version
        return render(request, "catalog/products/field.html#form", context | {"form": form}, status=422)
    return with_event(_shown(request, context), "product-changed")


@require_http_methods(["GET", "POST"])
def parts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel of variants and parts; POST adds a part, or takes out the one named in `remove`."""
    found = queries.product_for(request.user, pk)
    form = PartForm(request.POST if request.method == "POST" and "remove" not in request.POST else None)
    if request.method == "POST":
        require(request.user, CHANGE, found)
        try:
            _change_part(request, found, form)
        except ValidationError as problem:
            form.take_errors(problem)
        else:
            form = PartForm()
    context = {
        "product": found,
        "form": form,
        "variants": queries.variants_of(request.user, found),
        "parts": queries.parts_of(request.user, found),
        "bundles": queries.bundles_with(request.user, found),
        "may_change": request.user.holds(CHANGE),
    }
    return render(request, "catalog/products/parts.html", context, status=422 if form.errors else 200)


@require_safe
def prices(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel of prices in all books."""
    found = queries.product_for(request.user, pk)
    entries = queries.prices_of(request.user, found)
    return render(request, "catalog/products/prices.html", {"product": found, "entries": entries})


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = queries.product_for(request.user, pk)
    return history_page(request, "product", found)


@require_safe
def choices(request: HttpRequest) -> HttpResponse:
    """Answers while one types a product."""
    found = queries.products_named(request.user, request.GET.get("q", "")[:100])
    options = [(str(one.pk), queries.name_of(one), one.code) for one in found]
    return render(request, "customers/records/options.html", {"options": options})


def _change_part(request: HttpRequest, bundle: Any, form: PartForm) -> None:
    if remove := request.POST.get("remove"):
        actions.remove_part(bundle, actor=request.user, part=queries.product_for(request.user, remove))
        return
    wanted = form["part"].value() or ""
    if not wanted:
        raise ValidationError({"part": _("Choose a product from the list.")})
    part = queries.product_for(request.user, wanted)
    actions.set_part(bundle, actor=request.user, part=part, quantity=form["quantity"].value() or "")


def _shown(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    found = queries.product_for(request.user, context["product"].pk)
    line = next(one for one in _lines(request, found) if one["name"] == context["name"])
    return render(request, "catalog/products/field.html#value", context | {"product": found, "field": line})


def _facts(request: HttpRequest, found: Any) -> dict[str, Any]:
    lines = _lines(request, found)
    return {
        "title": queries.name_of(found),
        "fields": [one for one in lines if not one["name"].startswith("description_")],
        "descriptions": [one for one in lines if one["name"].startswith("description_")],
        "unit": UNITS[found.unit],
    }


def _lines(request: HttpRequest, found: Any) -> list[dict[str, Any]]:
    """Every value of the page in words for the reader."""
    form = ProductForm(initial=ProductForm.values_of(found), user=request.user)
    words = {
        "unit": UNITS[found.unit],
        "tax_class": tax_class_label(found.tax_class) if found.tax_class else "",
        "is_active": _("Yes") if found.is_active else _("No, only kept"),
        "recurs": found.get_recurs_display() if found.recurs else _("once"),
        "parent": found.parent.name if found.parent else "",
    }
    own = {line["name"]: line["value"] for line in custom_lines(request.user, found, "product")}
    lines = []
    for name, one in form.fields.items():
        value = words.get(name, own.get(name, form.initial.get(name, "")))
        lines.append({"name": name, "label": one.label, "value": value})
    return lines


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _address(found: Any) -> str:
    return reverse("catalog:product", args=[found.pk])
