"""Forms of the catalogue's screens. What is typed is checked by the actions."""

from bandhu.catalog.forms.currencies import (
    CurrencyChoiceForm,
    CurrencyForm,
    FiscalYearForm,
    RateForm,
    RatesFileForm,
)
from bandhu.catalog.forms.prices import BookForm, TaxForm
from bandhu.catalog.forms.product_files import PricesFileForm, ProductsFileForm
from bandhu.catalog.forms.products import PartForm, ProductForm

__all__ = [
    "BookForm",
    "CurrencyChoiceForm",
    "CurrencyForm",
    "FiscalYearForm",
    "PartForm",
    "PricesFileForm",
    "ProductForm",
    "ProductsFileForm",
    "RateForm",
    "RatesFileForm",
    "TaxForm",
]
