"""What an organiser's form asks: questions by version, sections, conditions, and what can be answered."""
