"""Measurements: each module has a ``main`` that prints a table and JSON. script/bench runs them."""
