"""Readback: how readers feel about a story, counted exactly."""
