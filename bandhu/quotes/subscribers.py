"""What quotes do about events."""
