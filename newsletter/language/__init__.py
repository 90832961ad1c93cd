"""What we know about words, in both languages; pure."""
