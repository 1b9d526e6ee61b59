"""Letters that organisers write to those who come."""
