"""Rules of entry of an event: who may come, by which way, and how many of whom."""
