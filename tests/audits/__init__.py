"""The blind audit: draws, readers, labels, figures, screens (R087, R093, R117)."""
