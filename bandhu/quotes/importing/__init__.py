"""Quotes and orders of another system, from files; what invoices of files share with them."""
