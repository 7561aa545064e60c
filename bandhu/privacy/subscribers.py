"""What privacy does when others publish."""
