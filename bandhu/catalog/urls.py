from django.urls import URLPattern, path

from bandhu.catalog.views import currencies

app_name = "catalog"
urlpatterns: list[URLPattern] = [
    path("settings/currencies/", currencies.overview, name="currencies"),
    path("settings/currencies/base/", currencies.base, name="base_currency"),
    path("settings/currencies/rates-file/", currencies.rates_file, name="rates_file"),
    path("settings/currencies/<str:code>/", currencies.currency, name="currency"),
    path("settings/currencies/<str:code>/rates/", currencies.rates, name="currency_rates"),
    path("settings/exchange-rates/<uuid:pk>/deletion/", currencies.rate_deletion, name="rate_deletion"),
]
