"""How Bandhu looks: components, page shells, form widgets, template tags. No models, no business words."""
