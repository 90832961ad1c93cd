"""What the newsletter costs, each figure beside its budget."""
