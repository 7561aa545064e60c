"""What identity does when others publish."""
