"""Everything knowledge plugs into the house."""
