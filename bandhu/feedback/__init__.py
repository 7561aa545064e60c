"""What customers thought of it: satisfaction, recommendation and effort, asked rarely and answered in one click.

Owns surveys, what was asked of whom, and the answers.
"""
