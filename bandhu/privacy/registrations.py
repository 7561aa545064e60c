"""Everything privacy plugs into the house."""
