"""Everything inbox plugs into the house."""
