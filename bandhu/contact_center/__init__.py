"""Who gets the work: queues, skills, agents with presence and capacity, and the one place that assigns.

Owns queues, skills, agents, work items and their history. Every assignment, by a person, a rule or the router, is one
compare-and-set on the work item here; other apps say in `work_kinds` what their records do with it.
"""
