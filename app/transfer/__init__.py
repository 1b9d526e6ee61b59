"""What leaves the desk and comes to it as files: tables of people."""
