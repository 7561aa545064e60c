"""Forms of quotes and orders."""

from bandhu.quotes.forms.orders import OrderForm
from bandhu.quotes.forms.quotes import NewQuoteForm, NoteForm, QuoteForm, SignatureForm

__all__ = ["NewQuoteForm", "NoteForm", "OrderForm", "QuoteForm", "SignatureForm"]
