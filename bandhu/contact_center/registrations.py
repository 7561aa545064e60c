"""Everything contact_center plugs into the house."""
