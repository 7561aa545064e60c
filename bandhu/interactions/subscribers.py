"""What interactions does when others publish."""
