"""What integrations does when others publish."""
