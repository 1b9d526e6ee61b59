"""Tests of what calendars answer."""
