"""Feed bytes become articles."""
