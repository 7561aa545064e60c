"""Where the built style sheet and scripts are: their names carry a hash of their content."""

import json
from pathlib import Path

from django.templatetags.static import static

_MANIFEST = Path(__file__).resolve().parent / "static" / "ui" / "dist" / "manifest.json"
_known: dict[float, dict[str, str]] = {}


def asset_url(name: str) -> str:
    """The address of a built file ("app.css"). A build while the server runs is noticed; without any build the plain name is given."""
    return static(f"ui/dist/{_built(name)}")


def asset_file(name: str) -> Path:
    """The built file itself."""
    return _MANIFEST.parent / _built(name)


def _built(name: str) -> str:
    try:
        moment = _MANIFEST.stat().st_mtime
        if moment not in _known:
            _known.clear()
            _known[moment] = json.loads(_MANIFEST.read_text(encoding="utf-8"))
        return _known[moment].get(name, name)
    except (FileNotFoundError, KeyError):
        return name
