"""What we offer, and what was ordered.

Owns quotes with their versions and lines, their templates and public pages, and orders, which an accepted quote becomes. Sums are
reckoned by `bandhu.catalog.totals` and kept. Publishes QuoteCreated, QuoteChanged, QuoteSent, QuoteAccepted, QuoteDeclined,
QuoteExpired, QuoteAsked, OrderPlaced, OrderChanged, OrderCancelled.
"""
