"""Steps from one shape of the database to the next; the store takes them when it is opened."""
