"""Sales: leads from any source, pipelines and their stages, opportunities, and the history of every move.

Publishes OpportunityCreated, OpportunityChanged, OpportunityMoved, OpportunityWon, OpportunityLost, OpportunityReopened,
OpportunityDeleted and OpportunityRestored; LeadReceived, LeadChanged, LeadAssigned, LeadStatusChanged, LeadConverted, LeadClosed,
LeadReopened, LeadDeleted and LeadRestored.
"""
