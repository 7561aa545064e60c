"""Invoices, payments and subscriptions of another system, from files."""
