"""What is held about somebody, erased and kept only for a while: reaches every room that holds personal data."""
