"""Files and functions stay small enough to be read at once: 400 lines, 500 of tests, 150 of a template; 60 of a function."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    path for folder in ("bandhu", "config", "tests") for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
]  # fmt: skip


def _is_test(path):
    return "tests" in path.relative_to(ROOT).parts


@pytest.mark.parametrize(("paths", "most"), [
    ([path for path in SOURCES if not _is_test(path)], 400),
    ([path for path in SOURCES if _is_test(path)], 500),
    (list((ROOT / "bandhu").rglob("*.html")), 150),
])  # fmt: skip
def test_files_stay_small(paths, most):
    assert len(paths) > 100
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}
    assert {name: number for name, number in lines.items() if number > most} == {}


def test_functions_stay_short():
    """Sixty lines from `def` on, its signature and its docstring counted."""
    long = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 60:
                    long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = lines
    assert long == {}
