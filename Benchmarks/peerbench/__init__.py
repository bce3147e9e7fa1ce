"""Measures remote-write receivers side by side: `load` makes requests, `sender` sends them, `receivers` runs the systems."""
