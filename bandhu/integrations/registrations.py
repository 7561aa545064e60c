"""Everything integrations plugs into the house."""
