"""Tickets: work that a customer is owed, with clocks that know holidays.

Owns tickets with their types, statuses and links, service levels, and the rules that work on tickets.
"""
