"""What people type about customers. Values are checked by the actions; forms choose the widgets and carry errors."""

from bandhu.customers.forms.records import CompanyForm, ContactForm, RecordForm
from bandhu.customers.forms.rows import PointRow, blank_row, rows_of, rows_sent

__all__ = ["CompanyForm", "ContactForm", "PointRow", "RecordForm", "blank_row", "rows_of", "rows_sent"]
