"""Names made comparable across scripts and spellings.

`folding` gives the one stored form of a text, `romanising` its Latin spelling, `sounds` the coarse sound
behind a spelling, `keys` the short strings an index holds, `similarity` the score two names get.
Nothing in here touches the database.
"""
