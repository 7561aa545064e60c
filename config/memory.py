"""How a web process collects garbage."""

import gc
from importlib import import_module

from django.conf import settings

# Objects more than were freed before the youngest are looked through; Python's own 700 is a few rows of one page.
YOUNGEST = 10_000


def settle() -> None:
    """Load every view, then leave what was loaded out of the garbage collector's rounds.

    A full round walks all objects of the product, which stay for good: it held one request in fifty up for
    more than 300 ms.
    """
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST, *gc.get_threshold()[1:])
