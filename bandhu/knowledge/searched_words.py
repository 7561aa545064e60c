"""What may be kept of the words for which somebody searched."""

from bandhu.platform.names.folding import fold, normalise

_SHORTEST, _LONGEST, _MOST_DIGITS = 2, 120, 4


def kept_words(asked: str) -> str:
    """The words in the form in which they are counted; "" for what is nobody's business: addresses, telephone and card numbers."""
    kept = fold(normalise(asked)[:_LONGEST])[:_LONGEST]
    has_number = sum(one.isdigit() for one in kept) > _MOST_DIGITS
    return "" if len(kept) < _SHORTEST or has_number or "@" in asked else kept
