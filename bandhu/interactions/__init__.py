"""What was said and what comes next.

Owns interactions (the timeline), their participants, and follow-ups.
Publishes InteractionLogged, FollowUpPlanned, FollowUpDone.
"""
