"""Who did what at the desk, and when, with the values before and after."""
