from .currencies import Currency, ExchangeRate

__all__ = ["Currency", "ExchangeRate"]
