"""Participants at the desk."""
