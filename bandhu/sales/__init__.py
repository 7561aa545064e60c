"""Sales: pipelines and their stages, opportunities, and the history of every move.

Publishes OpportunityCreated, OpportunityChanged, OpportunityMoved, OpportunityWon, OpportunityLost, OpportunityReopened,
OpportunityDeleted and OpportunityRestored.
"""
