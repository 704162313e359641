"""Reading people and rights."""
