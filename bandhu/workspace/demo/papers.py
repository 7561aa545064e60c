"""Papers attached to customers: price lists, delivery notes, a logo."""

from __future__ import annotations

import struct
import zlib

from bandhu.customers.models import Contact
from bandhu.platform.files import store_file
from bandhu.workspace.demo.customers import Book
from bandhu.workspace.demo.words import word_lists

PAPERS = 24
_NAMES = {
    "bn": ("মূল্য তালিকা.csv", "চালান {number}.txt", "পণ্য,কেজি প্রতি টাকা"),
    "ta": ("விலைப்பட்டியல்.csv", "டெலிவரி குறிப்பு {number}.txt", "பொருள்,கிலோ விலை"),
    "en": ("Price list.csv", "Delivery note {number}.txt", "Product,Price per kg"),
}


def attach_papers(book: Book) -> int:
    """Attach a file to each of some contacts and companies, in their language; returns how many."""
    contacts = book.rng.sample(book.contacts, min(PAPERS, len(book.contacts)))
    for number, contact in enumerate(contacts):
        name, content = _paper(book, contact, number)
        store_file(
            record_kind="contact",
            record_id=contact.pk,
            name=name,
            content=[content],
            created_by=contact.owner,
        )
    for company in book.companies[: PAPERS // 4]:
        colour = tuple(book.rng.randrange(60, 200) for _ in range(3))
        store_file(
            record_kind="company",
            record_id=company.pk,
            name=f"{company.name}.png",
            content=[_picture(colour)],
            created_by=company.owner,
        )
    return len(contacts) + len(book.companies[: PAPERS // 4])


def _paper(book: Book, contact: Contact, number: int) -> tuple[str, bytes]:
    language = contact.language if contact.language in _NAMES else "en"
    prices, delivery, heading = _NAMES[language]
    products = [word[0] for word in word_lists()[f"products_{language}"]]
    if number % 2:
        text = f"{contact.full_name}\n" + "\n".join(
            f"{product}: {book.rng.randrange(10, 200)}" for product in products[:3]
        )
        return delivery.format(number=4_000 + number), text.encode()
    lines = [heading, *(f"{product},{book.rng.randrange(80, 900)}" for product in products)]
    return prices, ("\ufeff" + "\r\n".join(lines)).encode()


def _picture(colour: tuple[int, ...], side: int = 64) -> bytes:
    """A square of one colour as PNG (ISO/IEC 15948): header, one row of pixels repeated, end."""
    row = b"\x00" + bytes(colour) * side
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * side)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
