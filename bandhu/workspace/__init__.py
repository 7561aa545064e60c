"""Where a working day happens: home with "My day", global search, the command palette, settings, the tour.

Owns no records of its own; reads every app below through its doors.
"""
