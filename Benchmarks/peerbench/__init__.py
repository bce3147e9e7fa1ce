"""Measures remote-write receivers side by side.

`load` and `long_load` make requests, `sender` sends them, `receivers` runs the systems.
"""
