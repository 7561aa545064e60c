"""Tickets out of the exports of other service desks: their formats, and what hangs on the contacts that `customers.importing` brings in."""
