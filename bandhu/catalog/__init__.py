"""What is sold, for how much, in which money.

Owns currencies with dated exchange rates, taxes, products with variants and bundles, price books with tiers, discount limits, and
the arithmetic of lines and totals (`totals`). `queries.to_base` is asked by every record that keeps an amount, `queries.price_for`
by everything that sells. Publishes BaseCurrencyChosen, ExchangeRatesSet, ProductCreated, ProductChanged, PricesChanged.
"""
