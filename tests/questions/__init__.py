"""Tests of the organisers' own questions."""
