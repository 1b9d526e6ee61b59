"""Tests of letters that organisers write."""
