"""Who comes, as an organiser sees and changes it."""
