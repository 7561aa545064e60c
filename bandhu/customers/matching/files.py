"""Duplicates in a CSV file: which column is what, and the pairs found."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from charset_normalizer import from_bytes

from bandhu.customers.imports.headers import read_header
from bandhu.customers.matching.records import fold, prepare
from bandhu.customers.matching.scan import LIKELY, Scan

ROWS_READ_FOR_GUESSING = 500
LONGEST_FIELD = 1 << 20
# Of the values of a column whose header says nothing: what is below this are a few people's addresses, again and again.
MOSTLY_DISTINCT = 0.8
# Whoever looks after a record or entered it is not the one recorded, as few rows as there may be.
_NOT_THEIRS = re.compile(r"\b(owner|created|modified|updated|entered|assigned|team|user)\b")

# Headers as files carry them, folded, best first within one meaning.
HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("external id", "unique id", "rec id", "record id", "contact id", "customer id", "account id", "lead id", "id",
           "uuid", "guid", "key", "ref", "reference", "number"),
    "given": ("given name", "first name", "firstname", "givenname", "forename", "fname", "given names", "first"),
    "middle": ("middle name", "additional name", "middlename", "middle"),
    "family": ("surname", "family name", "last name", "lastname", "familyname", "lname", "sname", "last"),
    "name": ("full name", "fullname", "name", "display name", "contact name", "customer name", "file as", "contact",
             "account name", "title and name", "person"),
    "company": ("company", "company name", "organization", "organisation", "organization name", "organisation name",
                "organization 1 name", "account", "employer", "firm", "business", "business name"),
    "mails": ("email", "e mail", "mail", "email address", "e mail address", "email 1 value", "e mail 1 value",
              "email 2", "secondary email", "other email", "e mail 2 address", "e mail 3 address"),
    "phones": ("phone", "phone number", "telephone", "mobile", "mobile phone", "mobile number", "cell", "cell phone",
               "phone 1 value", "phone 2 value", "home phone", "business phone", "work phone", "other phone", "tel",
               "contact number", "whatsapp", "fax"),
    "birthday": ("birthday", "date of birth", "dob", "birth date", "birthdate", "born", "bday"),
    "national_ids": ("soc sec id", "ssn", "social security number", "national id", "nid", "nid number", "nic",
                     "aadhaar", "aadhar", "passport", "passport number", "tax id", "vat", "vat number", "gstin", "pan",
                     "tin"),
    "house": ("street number", "house number", "house no", "house", "street no"),
    "street": ("address 1", "address1", "address", "addr", "street", "street address", "address line 1", "street 1",
               "mailing street", "business street", "home street", "billing street", "address 1 street"),
    "locality": ("address 2", "address2", "address line 2", "street 2", "area", "thana", "upazila", "locality",
                 "neighbourhood", "neighborhood", "district", "county"),
    "city": ("city", "suburb", "town", "place", "village", "mailing city", "business city", "home city",
             "billing city", "address 1 city"),
    "postcode": ("postcode", "post code", "postal code", "zip", "zip code", "zipcode", "pin", "pin code", "pincode",
                 "mailing zip", "home postal code", "business postal code", "postcode fake"),
    "region": ("state", "region", "province", "division", "state province", "mailing state", "home state",
               "business state"),
}  # fmt: skip
SEVERAL = frozenset({"mails", "phones", "national_ids", "alternatives"})


class FileProblem(Exception):
    """The file cannot be used; `reason` is the key of a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Pair(NamedTuple):
    """Two rows of a file by their external ids, the probability 0..1 that they are the same, and reasons' keys."""

    one: str
    other: str
    score: float
    reasons: tuple[str, ...]


def columns_of(headers: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> dict[int, str]:
    """What each column means, by header and where that says nothing by its values; unknown columns are left out.

    A meaning of one value goes to the header that fits best; phones, mails and ids may have several columns.
    """
    folded = [fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.lstrip("\ufeff"))) for header in headers]
    meanings: dict[int, str] = {}
    for meaning, names in HEADERS.items():
        ranked = sorted((names.index(name), at) for at, name in enumerate(folded) if name in names)
        for _, at in ranked if meaning in SEVERAL else ranked[:1]:
            meanings.setdefault(at, meaning)
    for at in range(len(headers)):
        if at not in meanings:
            values = [row[at].strip().lower() for row in rows if at < len(row) and row[at].strip()]
            if _are_own_mails(headers[at], values):
                meanings[at] = "mails"
    if "id" not in meanings.values() and headers:
        meanings.setdefault(0, "id") if 0 not in meanings else None
    return meanings


def _are_own_mails(header: str, values: Sequence[str]) -> bool:
    """Whether a column of mail addresses holds those of the rows: its header says so in any language, or at least says
    nothing else (an owner, who entered the row) and hardly an address comes twice."""
    if not values or sum("@" in value and "." in value for value in values) <= 0.8 * len(values):
        return False
    said = read_header(header, "contacts")
    if said is not None:
        return said.target == "email"
    return len(set(values)) >= MOSTLY_DISTINCT * len(values) and not _NOT_THEIRS.search(fold(header))


def day_first_in(dates: Iterable[str]) -> bool | None:
    """Whether dates such as 03/04/1980 put the day first, as far as the file shows it; None when nothing tells."""
    for date in dates:
        parts = re.findall(r"\d+", date)
        if len(parts) >= 3 and len(parts[0]) <= 2:
            if int(parts[0]) > 12:
                return True
            if int(parts[1]) > 12:
                return False
    return None


def row_values(row: Sequence[str], columns: dict[int, str]) -> dict[str, Any]:
    """The values of a row by meaning, as `records.prepare` takes them."""
    values: dict[str, Any] = {}
    for at, meaning in columns.items():
        value = row[at].strip() if at < len(row) else ""
        if not value or meaning == "id":
            continue
        if meaning in SEVERAL:
            values.setdefault(meaning, []).append(value)
        else:
            values[meaning] = value
    if middle := values.pop("middle", ""):
        values["given"] = f"{values.get('given', '')} {middle}".strip()
    if "name" not in values and "given" not in values and "family" not in values and "company" in values:
        values["name"] = values.pop("company")
    return values


def read_rows(path: Path) -> tuple[list[str], Iterator[list[str]], TextIO]:
    """Header, rows and the open file of a CSV of any usual encoding and separator. Raises FileProblem."""
    start = path.open("rb").read(1 << 16)
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileProblem("not_a_text_file")
    encoding = _encoding_of(path, start)
    csv.field_size_limit(LONGEST_FIELD)
    file = path.open(encoding=encoding, errors="replace", newline="")
    sample = start.decode(encoding, errors="replace").lstrip("\ufeff")
    delimiter = max(",;\t|", key=sample.split("\n", 1)[0].count)
    reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
    headers = next(reader, None)
    if not headers:
        file.close()
        raise FileProblem("file_is_empty")
    return headers, reader, file


def _encoding_of(path: Path, start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        best = from_bytes(start).best()
        return best.encoding if best else "latin-1"
    return "utf-8-sig"


def duplicates_in_file(path: str | Path, min_score: float = LIKELY,
                       progress: Callable[[str, float], None] | None = None) -> list[Pair]:  # fmt: skip
    """The pairs of rows of a CSV file that are the same with a probability of at least `min_score`.

    The first pairs of the file come first. Raises FileProblem for a file that is none, OSError for one not readable.
    """
    path = Path(path)
    headers, reader, file = read_rows(path)
    with file, Scan(expected_records=max(1000, path.stat().st_size // 60)) as scan:
        first = [row for _, row in zip(range(ROWS_READ_FOR_GUESSING), reader, strict=False)]
        columns = columns_of(headers, first)
        id_at = next((at for at, meaning in columns.items() if meaning == "id"), None)
        dates = [at for at, meaning in columns.items() if meaning == "birthday"]
        day_first = day_first_in(row[at] for row in first for at in dates if at < len(row))
        ids: list[str] = []
        for rows in (first, reader):
            for row in rows:
                if not any(cell.strip() for cell in row):
                    continue
                number = str(scan.add(prepare(row_values(row, columns), day_first=day_first)) + 1)
                ids.append(row[id_at].strip() or number if id_at is not None and id_at < len(row) else number)
        return [
            Pair(ids[found.one], ids[found.other], found.score, found.reasons)
            for found in scan.found(min_score, progress)
        ]


def write_pairs(pairs: Iterable[Pair], out: TextIO) -> int:
    """Writes pairs as CSV (`id_1,id_2,score,reasons`, reasons parted by spaces); returns how many."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id_1", "id_2", "score", "reasons"])
    written = 0
    for pair in pairs:
        writer.writerow([pair.one, pair.other, f"{pair.score:.4f}", " ".join(pair.reasons)])
        written += 1
    return written
