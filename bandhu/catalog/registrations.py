"""Everything the catalogue plugs into the house."""

from django.utils.translation import gettext_lazy as _

from bandhu.catalog.kinds import PRODUCT
from bandhu.catalog.search_documents import PRODUCTS
from bandhu.catalog.search_price_books import PRICE_BOOKS
from bandhu.catalog.tax_classes import ensure_tax_classes
from bandhu.platform.record_kinds import record_for, register_record_kind
from bandhu.platform.registries import (
    ListTool,
    MenuEntry,
    Panel,
    Quick,
    register_file_owner,
    register_list_tool,
    register_live_topic,
    register_menu_entry,
    register_panel,
    register_permission,
    register_quick_action,
    register_search_kind,
    register_seed,
)

_GROUP = _("Products and prices")
_EVERYBODY = dict.fromkeys(
    ("manager", "sales", "service", "marketing", "supervisor", "read_only"), "everyone"
)

register_permission(
    "catalog.view_product", _("See products and prices"), group=_GROUP, has_reach=False, granted=_EVERYBODY
)
register_permission(
    "catalog.create_product",
    _("Create products"),
    group=_GROUP,
    has_reach=False,
    granted={"manager": "everyone"},
)
register_permission(
    "catalog.change_product",
    _("Change products"),
    group=_GROUP,
    has_reach=False,
    granted={"manager": "everyone"},
)
register_permission(
    "catalog.manage_prices", _("Manage prices, taxes and discount limits"), group=_GROUP, has_reach=False,
    granted={"manager": "everyone"},
)  # fmt: skip
register_permission(
    "catalog.manage_currencies", _("Manage currencies and rates"), group=_GROUP, has_reach=False
)

register_record_kind(PRODUCT)
register_search_kind(PRODUCTS)
register_search_kind(PRICE_BOOKS)
register_seed(ensure_tax_classes)
register_live_topic("product", lambda user, pk: record_for(user, "product", pk) is not None)
register_live_topic("price_book", lambda user, _pk: user.holds("catalog.view_product"))
# What was tried out is read by nobody but who tried it.
register_file_owner("tried_catalog_file", lambda user, pk: user.pk == pk)
register_list_tool(
    ListTool("product", _("Import"), "file-up", "catalog:products_file", "catalog.create_product")
)
register_list_tool(
    ListTool("product", _("Export"), "download", "customers:export", "customers.export_contacts")
)

register_menu_entry(
    MenuEntry(
        name="products", label=_("Products"), icon="package", url_name="catalog:products",
        permission="catalog.view_product", group="sales", position=60,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="price_books", label=_("Price books"), icon="book-open", url_name="catalog:price_books",
        permission="catalog.view_product", group="sales", position=65,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="currencies", label=_("Currencies"), icon="coins", url_name="catalog:currencies",
        permission="catalog.manage_currencies", group="settings", position=45,
    )
)  # fmt: skip
register_menu_entry(
    MenuEntry(
        name="taxes", label=_("Taxes and discounts"), icon="percent", url_name="catalog:taxes",
        permission="catalog.manage_prices", group="settings", position=46,
    )
)  # fmt: skip
register_panel(
    Panel(
        kind="product", name="prices", title=_("Prices"), url_name="catalog:product_prices",
        permission="catalog.view_product", icon="tag", position=10,
    )
)  # fmt: skip
register_panel(
    Panel(
        kind="product", name="parts", title=_("Variants and parts"), url_name="catalog:product_parts",
        permission="catalog.view_product", icon="boxes", position=20,
    )
)  # fmt: skip
register_panel(
    Panel(
        kind="product", name="history", title=_("Changes"), url_name="catalog:product_history",
        permission="catalog.view_product", icon="history", position=90,
    )
)  # fmt: skip
register_quick_action(
    Quick(
        name="new_product", label=_("New product"), icon="package-plus", url_name="catalog:product_new",
        permission="catalog.create_product", words="article item add create",
    )
)  # fmt: skip
