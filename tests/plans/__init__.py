"""Plans without an account."""
