"""The organiser's desk: pages behind sign-in."""
