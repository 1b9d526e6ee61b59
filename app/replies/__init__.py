"""What people's calendars answer, and what follows from it."""
