"""Pages of registering, and of one's own registration."""
