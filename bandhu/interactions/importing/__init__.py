"""Follow-ups out of files, for `customers.importing`."""
