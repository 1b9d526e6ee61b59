"""Speakers and their answers."""
