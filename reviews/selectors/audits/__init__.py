"""What the audit's pages show: blind before the answer, everything after it."""
