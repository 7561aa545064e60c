"""Everything interactions plugs into the house."""
