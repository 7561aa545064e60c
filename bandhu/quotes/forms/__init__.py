"""Forms of quotes."""

from bandhu.quotes.forms.quotes import NewQuoteForm, NoteForm, QuoteForm, SignatureForm

__all__ = ["NewQuoteForm", "NoteForm", "QuoteForm", "SignatureForm"]
