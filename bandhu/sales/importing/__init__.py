"""Leads and opportunities out of files: what hangs on the contacts and companies that `customers.importing` brings in."""
