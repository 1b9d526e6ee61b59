"""Sessions, people and materials."""
