"""What people correct becomes datasets, and what is done with them (R096, R101, R102)."""
