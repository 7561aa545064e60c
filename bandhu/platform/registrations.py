"""Everything platform plugs into the house."""
