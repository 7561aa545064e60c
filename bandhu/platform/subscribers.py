"""What platform does when others publish."""
