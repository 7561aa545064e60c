"""The rows of the forecast."""

from tests.permissions.rows import row

_SEE, _DEALS, _MANAGE = "sales.view_forecast", "sales.view_opportunity", "sales.manage_forecast"
_PAGE = f"{_SEE} {_DEALS}"
_SUBJECT = {"user_id": "{holder}", "kind": "month", "begins": "2026-11-01"}

FORECAST = [
    *row("sales:selection", "GET", f"{_DEALS} customers.view_company", query="of=company"),
    *row("/selection", "GET", f"{_DEALS} customers.view_company"),
    *row("sales:forecast", "GET", _PAGE),
    *row("sales:forecast_changes", "GET", _PAGE),
    *row("sales:forecast_trend", "GET", _PAGE),
    *row("sales:forecast_quota", "GET POST", f"{_MANAGE} {_SEE}", query="user={holder}&kind=month&begins=2026-11-01"),
    *row("sales:forecast_adjustment", "GET POST", f"{_MANAGE} {_SEE}", query="user={holder}&kind=month&begins=2026-11-01"),
    *row("/forecast", "GET", _SEE),
    *row("/forecast/changes", "GET", _SEE),
    *row("/forecast/trend", "GET", _SEE),
    *row("/forecast/quotas", "PUT", f"{_MANAGE} {_SEE}", data={**_SUBJECT, "amount_minor": 100}),
    *row("/forecast/adjustments", "POST", f"{_MANAGE} {_SEE}", data={**_SUBJECT, "amount_minor": 100, "line": "commit", "note": "Zqqqy"}),
]  # fmt: skip
