"""Everything service plugs into the house."""
