"""Meetings and planned calls: the calendar, invitations and feeds, booking pages, and the way to calendars elsewhere.

Stands above interactions: a meeting that was held is put on the timeline, and follow-ups are shown beside meetings. Sales stands
above and shows the meetings of an opportunity.
"""
