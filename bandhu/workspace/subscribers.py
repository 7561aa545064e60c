"""What workspace does when others publish."""
