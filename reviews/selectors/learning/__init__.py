"""What the learning loop shows: models, datasets, the fate of each correction (R101, R102)."""
