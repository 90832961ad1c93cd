"""What readers and editors see in a browser."""
