"""What the pages under insight show."""
