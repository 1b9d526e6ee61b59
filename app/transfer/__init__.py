"""What leaves the desk as files: tables of people."""
