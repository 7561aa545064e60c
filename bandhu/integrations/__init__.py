"""Bandhu and other programs: webhooks out, and later connectors.

Owns webhook endpoints and their delivery log. Publishes WebhookSwitchedOff.
"""
