"""What happens at an event: sessions, the people on them, and materials."""
