"""A file of the catalogue tried out before it is brought in; it is kept meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from bandhu.catalog.actions.price_files import bring_in_prices
from bandhu.catalog.actions.prices import PERMISSION
from bandhu.catalog.actions.product_files import Brought, bring_in_products
from bandhu.catalog.models import PriceBook
from bandhu.catalog.product_files import PriceLine, ProductRow
from bandhu.identity.acting import action
from bandhu.platform.files import delete_file, store_file
from bandhu.platform.models import StoredFile

TRIED = "tried_catalog_file"


@action("catalog.create_product", on_record=False)
def try_products(rows: Sequence[ProductRow], *, actor: Any, book: PriceBook | None = None) -> Brought:
    """What `bring_in_products` would do: it is done, looked at, and undone in the same breath. Raises what it raises."""
    with transaction.atomic():
        found: Brought = bring_in_products(rows, actor=actor, book=book)
        transaction.set_rollback(True)
    return found


@action(PERMISSION, on_record=False)
def try_prices(lines: Sequence[PriceLine], *, actor: Any, book: PriceBook) -> Brought:
    """What `bring_in_prices` would do; nothing is left of it. Raises what it raises."""
    with transaction.atomic():
        found: Brought = bring_in_prices(lines, actor=actor, book=book)
        transaction.set_rollback(True)
    return found


@action("catalog.view_product", on_record=False)
def keep_tried_file(*, actor: Any, name: str, content: Any, limit: int) -> StoredFile:
    """Keep a file that was tried out until it is brought in; the one tried before goes."""
    drop_tried_files(actor=actor)
    return store_file(
        record_kind=TRIED, record_id=actor.pk, name=name, content=content, created_by=actor, limit=limit
    )


@action("catalog.view_product", on_record=False)
def drop_tried_files(*, actor: Any) -> None:
    """What was tried out is not needed any more."""
    for held in StoredFile.objects.filter(record_kind=TRIED, record_id=actor.pk, deleted_at__isnull=True):
        delete_file(held)
