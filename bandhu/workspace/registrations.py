"""Everything workspace plugs into the house."""
