"""The week's digest of each role: what it counts, and what its page shows of that (R098)."""
