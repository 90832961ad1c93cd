"""Stories and an editor's decisions become an issue, the issue a letter."""
