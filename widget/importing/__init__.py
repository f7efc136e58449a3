"""Reads comments that other systems wrote out. Pure: no Flask, no store, no network.

Every file is taken for hostile: what is read of it at a time is bounded, whatever its size.
"""
