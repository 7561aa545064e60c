"""An issued invoice or credit note as UBL 2.1, with what EN 16931 asks for (by the profile Peppol BIS Billing 3).

Amounts are those of the stored invoice; nothing is reckoned anew but the net price of a unit where prices contain their tax. Taxes of
a country outside the norm keep their percentage under the scheme "VAT", which is how the norm names any tax on turnover.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as xml

from bandhu.billing.models import Invoice, InvoiceKind, InvoiceLine
from bandhu.platform.money import Money

_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_ROOT = "urn:oasis:names:specification:ubl:schema:xsd:{0}-2"
_CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_INVOICE, _CREDIT_NOTE, _CREDIT_TRANSFER = "380", "381", "30"
_PRICE_PLACES = Decimal("1e-10")


def ubl_of(invoice: Invoice) -> bytes:
    """The document; `invoice` must be issued."""
    assert invoice.number, "a draft is no document"
    name = "CreditNote" if invoice.kind == InvoiceKind.CREDIT_NOTE else "Invoice"
    for prefix, space in (("", _ROOT.format(name)), ("cac", _CAC), ("cbc", _CBC)):
        xml.register_namespace(prefix, space)
    root = xml.Element(f"{{{_ROOT.format(name)}}}{name}")
    lines = list(invoice.lines.order_by("position"))
    _head(root, invoice, is_credit=name == "CreditNote")
    _party(_group(root, "AccountingSupplierParty"), invoice.seller)
    _party(_group(root, "AccountingCustomerParty"), invoice.buyer)
    _payment_means(root, invoice)
    _tax_total(root, invoice, lines)
    _sums(root, invoice)
    for line in lines:
        _line(root, invoice, line, is_credit=name == "CreditNote")
    xml.indent(root)
    found: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return found


def _head(root: xml.Element, invoice: Invoice, *, is_credit: bool) -> None:
    assert invoice.issued_on is not None  # the database keeps it so
    _text(root, "CustomizationID", _CUSTOMIZATION)
    _text(root, "ProfileID", _PROFILE)
    _text(root, "ID", invoice.number)
    _text(root, "IssueDate", invoice.issued_on.isoformat())
    if is_credit:
        _text(root, "CreditNoteTypeCode", _CREDIT_NOTE)
    else:
        _text(root, "DueDate", invoice.due_on.isoformat() if invoice.due_on else "")
        _text(root, "InvoiceTypeCode", _INVOICE)
    _text(root, "Note", invoice.reason or invoice.note)
    _text(root, "DocumentCurrencyCode", invoice.currency)
    _text(root, "BuyerReference", invoice.reference or invoice.number)
    if invoice.credits is not None:
        document = _group(_group(root, "BillingReference"), "InvoiceDocumentReference")
        _text(document, "ID", invoice.credits.number)
        if invoice.credits.issued_on is not None:
            _text(document, "IssueDate", invoice.credits.issued_on.isoformat())


def _party(place: xml.Element, facts: Mapping[str, Any]) -> None:
    party = _group(place, "Party")
    if facts.get("mail"):
        _text(party, "EndpointID", facts["mail"], schemeID="EM")
    address = _group(party, "PostalAddress")
    _text(address, "StreetName", " ".join(str(facts.get("street") or "").split()))
    _text(address, "CityName", facts.get("city"))
    _text(address, "PostalZone", facts.get("postcode"))
    _text(address, "CountrySubentity", facts.get("region"))
    _text(_group(address, "Country"), "IdentificationCode", facts.get("country") or "ZZ")
    if facts.get("tax_number"):
        _tax_number(
            _group(party, "PartyTaxScheme"), str(facts["tax_number"]), str(facts.get("country") or "")
        )
    legal = _group(party, "PartyLegalEntity")
    _text(legal, "RegistrationName", facts.get("name"))
    _text(legal, "CompanyID", facts.get("registration_number"))
    if facts.get("person") or facts.get("phone"):
        contact = _group(party, "Contact")
        _text(contact, "Name", facts.get("person"))
        _text(contact, "Telephone", facts.get("phone"))


def _tax_number(place: xml.Element, number: str, country: str) -> None:
    """The norm tells by two letters before the number whose it is (BR-CO-09); where no country is known it is no number for VAT."""
    is_prefixed = number[:2].isascii() and number[:2].isalpha()
    _text(place, "CompanyID", number if is_prefixed else country + number)
    _text(_group(place, "TaxScheme"), "ID", "VAT" if is_prefixed or country else "TAX")


def _payment_means(root: xml.Element, invoice: Invoice) -> None:
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return
    account = invoice.seller.get("bank_account")
    if account:
        means = _group(root, "PaymentMeans")
        _text(means, "PaymentMeansCode", _CREDIT_TRANSFER)
        _text(means, "PaymentID", invoice.number)
        _text(_group(means, "PayeeFinancialAccount"), "ID", account)
    if note := invoice.seller.get("payment_note"):
        _text(_group(root, "PaymentTerms"), "Note", note)


def _tax_total(root: xml.Element, invoice: Invoice, lines: Iterable[InvoiceLine]) -> None:
    total = _group(root, "TaxTotal")
    _amount(total, "TaxAmount", invoice.tax)
    for sums in invoice.tax_sums:
        percent = Decimal(sums["percent"])
        _tax_subtotal(total, invoice, sums["net_minor"], sums["tax_minor"], percent)
    untaxed = sum(line.net_minor for line in lines if line.tax_percent is None)
    if untaxed or not invoice.tax_sums:
        _tax_subtotal(total, invoice, untaxed, 0, None)


def _tax_subtotal(total: xml.Element, invoice: Invoice, net: int, tax: int, percent: Decimal | None) -> None:
    place = _group(total, "TaxSubtotal")
    _amount(place, "TaxableAmount", invoice.money(net))
    _amount(place, "TaxAmount", invoice.money(tax))
    category = _group(place, "TaxCategory")
    _category(category, percent, with_reason=True)


def _category(place: xml.Element, percent: Decimal | None, *, with_reason: bool = False) -> None:
    _text(place, "ID", "E" if percent is None else "S" if percent else "Z")
    _text(place, "Percent", f"{(percent or Decimal(0)).normalize():f}")
    if percent is None and with_reason:
        _text(place, "TaxExemptionReason", "No tax")
    _text(_group(place, "TaxScheme"), "ID", "VAT")


def _sums(root: xml.Element, invoice: Invoice) -> None:
    place = _group(root, "LegalMonetaryTotal")
    _amount(place, "LineExtensionAmount", invoice.net)
    _amount(place, "TaxExclusiveAmount", invoice.net)
    _amount(place, "TaxInclusiveAmount", invoice.total)
    _amount(place, "PayableAmount", invoice.total)


def _line(root: xml.Element, invoice: Invoice, line: InvoiceLine, *, is_credit: bool) -> None:
    place = _group(root, "CreditNoteLine" if is_credit else "InvoiceLine")
    _text(place, "ID", str(line.position))
    name = "CreditedQuantity" if is_credit else "InvoicedQuantity"
    _text(place, name, f"{line.quantity.normalize():f}", unitCode=line.unit)
    _amount(place, "LineExtensionAmount", invoice.money(line.net_minor))
    price = invoice.money(line.unit_price_minor).amount
    if line.tax_is_inclusive:
        # The norm knows net prices only: what is left of the amount without tax and discount, for one unit.
        net = invoice.money(line.net_minor).amount
        price = (net / line.quantity).quantize(_PRICE_PLACES)
    elif line.discount_minor:
        allowance = _group(place, "AllowanceCharge")
        _text(allowance, "ChargeIndicator", "false")
        _text(allowance, "AllowanceChargeReason", "Discount")
        _text(allowance, "MultiplierFactorNumeric", f"{line.discount.normalize():f}")
        _amount(allowance, "Amount", invoice.money(line.discount_minor))
        _amount(allowance, "BaseAmount", invoice.money(line.gross_minor))
    item = _group(place, "Item")
    _text(item, "Description", line.description)
    _text(item, "Name", line.name)
    if line.code:
        _text(_group(item, "SellersItemIdentification"), "ID", line.code)
    _category(_group(item, "ClassifiedTaxCategory"), line.tax_percent)
    _text(_group(place, "Price"), "PriceAmount", f"{price.normalize():f}", currencyID=invoice.currency)


def _group(parent: xml.Element, name: str) -> xml.Element:
    return xml.SubElement(parent, f"{{{_CAC}}}{name}")


def _text(parent: xml.Element, name: str, text: Any, **attributes: str) -> None:
    """An element with a text; none where there is nothing to say."""
    if text:
        xml.SubElement(parent, f"{{{_CBC}}}{name}", attributes).text = "".join(map(_writable, str(text)))


def _writable(sign: str) -> str:
    """XML 1.0 has no control characters."""
    return sign if sign >= " " or sign in "\n\t" else " "


def _amount(parent: xml.Element, name: str, money: Money) -> None:
    _text(parent, name, str(money.amount), currencyID=money.currency)
