"""Everything quotes and orders plug into the house."""
