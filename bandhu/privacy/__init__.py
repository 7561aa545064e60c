"""What a customer allows.

Owns purposes and consent with proof and history; `queries.may_contact` is asked by everything that sends.
Publishes ConsentGiven, ConsentWithdrawn.
"""
