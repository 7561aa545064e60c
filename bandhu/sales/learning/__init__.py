"""Scores learned from what became of earlier records.

`tables` is what is learned from, `guards` refuses what was known only afterwards, `training` makes a scorecard and tries it out in the order
of time (needs scikit-learn, and is loaded by the worker alone), `scorecards` scores with it and says why. Nothing here knows a lead.
"""
