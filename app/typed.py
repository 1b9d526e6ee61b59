"""Dates and hours as people type them."""
