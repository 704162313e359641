"""What the words of a case show: mood, strain, requests, and attempts to steer the machine."""
