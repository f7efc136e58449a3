"""Readers of comments that other systems exported. Pure: no Flask, no store, no network.

Any file may be hostile: whatever its size, only a limited part of it is in memory at a time.
"""
