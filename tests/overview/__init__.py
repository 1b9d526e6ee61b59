"""Tests of the room of overviews."""
