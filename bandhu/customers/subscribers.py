"""What customers does when others publish."""
