"""Everything feedback plugs into the house."""
