"""How the store is reached: its address, its connections, their deadline and their breaker.

The other modules import :mod:`widget.store.connect`.
"""
