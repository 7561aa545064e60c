"""The rows of the catalogue: currencies, products, prices."""

from tests.permissions.rows import SIGNED_IN, row

_MONEY = "catalog.manage_currencies"
_RATE = {"currency": "USD", "on": "2026-02-01", "rate": "121"}

CATALOG = [
    *row("catalog:currencies", "GET", _MONEY),
    *row("catalog:currencies", "POST", _MONEY, data={"add-code": "EUR"}),
    *row("catalog:base_currency", "POST", _MONEY, data={"base-code": "BDT"}),
    *row("catalog:rates_file", "POST", _MONEY),
    *row("catalog:currency", "GET", _MONEY, code="USD"),
    *row("catalog:currency", "POST", _MONEY, code="USD", data={"rounding": "down", "is_active": "on"}),
    *row("catalog:currency_rates", "POST", _MONEY, code="USD", data={"on": "2026-02-01", "rate": "121"}),
    *row("catalog:rate_deletion", "POST", _MONEY, pk="rate"),
    *row("/currencies", "GET", SIGNED_IN),
    *row("/currencies", "POST", _MONEY, data={"code": "EUR"}),
    *row("/currencies/{code}", "PATCH", _MONEY, code="USD", data={"rounding": "down"}),
    *row("/base-currency", "PUT", _MONEY, data={"code": "BDT"}),
    *row("/exchange-rates", "GET", SIGNED_IN),
    *row("/exchange-rates", "POST", _MONEY, data=_RATE),
    *row("/exchange-rates", "PUT", _MONEY, data={"items": [_RATE]}),
    *row("/exchange-rates/{rate_id}", "DELETE", _MONEY, rate_id="rate"),
]
