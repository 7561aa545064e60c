from django.urls import URLPattern, path

from bandhu.catalog.views import currencies, prices, product_files, products, taxes

app_name = "catalog"
urlpatterns: list[URLPattern] = [
    path("products/", products.products, name="products"),
    path("products/new/", products.new, name="product_new"),
    path("products/file/", product_files.products_file, name="products_file"),
    path("products/files/<uuid:pk>/taking-back/", product_files.taking_back, name="file_taking_back"),
    path("products/choices/", products.choices, name="product_choices"),
    path("products/<uuid:pk>/", products.product, name="product"),
    path("products/<uuid:pk>/fields/<str:name>/", products.field, name="product_field"),
    path("products/<uuid:pk>/prices/", products.prices, name="product_prices"),
    path("products/<uuid:pk>/parts/", products.parts, name="product_parts"),
    path("products/<uuid:pk>/history/", products.history, name="product_history"),
    path("price-books/", prices.books, name="price_books"),
    path("price-books/new/", prices.new, name="price_book_new"),
    path("price-books/<uuid:pk>/", prices.book, name="price_book"),
    path("price-books/<uuid:pk>/prices.csv", prices.out, name="prices_out"),
    path("price-books/<uuid:pk>/file/", product_files.prices_file, name="prices_file"),
    path("price-books/<uuid:pk>/settings/", prices.settings, name="price_book_settings"),
    path("settings/currencies/", currencies.overview, name="currencies"),
    path("settings/currencies/base/", currencies.base, name="base_currency"),
    path("settings/currencies/rates-file/", currencies.rates_file, name="rates_file"),
    path("settings/currencies/fiscal-year/", currencies.fiscal_year, name="fiscal_year"),
    path("settings/currencies/<str:code>/", currencies.currency, name="currency"),
    path("settings/currencies/<str:code>/rates/", currencies.rates, name="currency_rates"),
    path("settings/exchange-rates/<uuid:pk>/deletion/", currencies.rate_deletion, name="rate_deletion"),
    path("settings/taxes/", taxes.overview, name="taxes"),
    path("settings/taxes/<uuid:pk>/deletion/", taxes.deletion, name="tax_deletion"),
    path("settings/discount-limits/", taxes.limits, name="discount_limits"),
]
