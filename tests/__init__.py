"""Tests of Plenum."""
