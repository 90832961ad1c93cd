"""What the newsroom remembers: the only SQL, one shelf a file."""
