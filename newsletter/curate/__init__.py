"""Articles become ranked stories with reasons; pure."""
