"""From events to a report."""
