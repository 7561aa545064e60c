"""How well and how fast duplicates are found: `python -m tests.bench.matching [--splink] [--rows N]`.

Precision, recall and F1 of pairs on the labelled sets, one setting and one threshold (0.5) for all, beside a simple
rule. The truth is never in the file that is scanned. `--rows 1000000` also measures time and memory on synthetic people.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from rapidfuzz.fuzz import ratio

from bandhu.customers.matching.files import duplicates_in_file
from bandhu.customers.matching.records import prepare
from bandhu.customers.matching.scan import Scan
from tests.bench.report import keep, table

DATA = Path(os.environ.get("BANDHU_DATA_SETS") or Path(__file__).parents[2].parent / "shared" / "data")
TARGETS = {"febrl 3": 0.95, "febrl 4": 0.998, "fake_1000": 0.95, "restaurants": 0.95}
Truth = Callable[[str], str]


def joined(folder: Path, name: str, *files: Path) -> Path:
    """The rows of several files with one header."""
    path = folder / f"{name}.csv"
    lines = [file.read_text().splitlines() for file in files]
    path.write_text("\n".join([lines[0][0], *(line for some in lines for line in some[1:])]) + "\n")
    return path


def labelled_sets(folder: Path) -> Iterator[tuple[str, Path, Truth]]:
    """Name, file without its truth, and the function from an id to the one it stands for."""
    febrl = DATA / "dedup_febrl"
    for number in "123":
        yield f"febrl {number}", febrl / f"dataset{number}.csv", lambda one: one.split("-")[1]
    both = joined(folder, "febrl4", febrl / "dataset4a.csv", febrl / "dataset4b.csv")
    yield "febrl 4", both, lambda one: one.split("-")[1]
    with (DATA / "dedup_splink/data/fake_1000.csv").open() as file:
        rows = list(csv.reader(file))
    without = folder / "fake.csv"
    with without.open("w", newline="") as file:
        csv.writer(file).writerows(row[:-1] for row in rows)
    yield "fake_1000", without, {row[0]: row[-1] for row in rows[1:]}.__getitem__
    places = DATA / "dedup_fodors_zagats"
    with (places / "match_fodors_zagats_more_attrs.csv").open() as file:
        same = {row["zagats_id"]: row["fodors_id"] for row in csv.DictReader(file)}
    yield (
        "restaurants",
        joined(folder, "places", places / "fodors.csv", places / "zagats.csv"),
        lambda one: same.get(one, one),
    )


def figures(pairs: set[tuple[str, str]], ids: list[str], truth: Truth) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs."""
    true = sum(count * (count - 1) // 2 for count in Counter(map(truth, ids)).values())
    right = sum(truth(one) == truth(other) for one, other in pairs)
    precision, recall = right / max(1, len(pairs)), right / true
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def simple_rule(path: Path) -> set[tuple[str, str]]:
    """What one would write in an afternoon: same value in any column pairs rows, mean text likeness of 80 decides."""
    with path.open(newline="") as file:
        rows = [[cell.strip().lower() for cell in row] for row in csv.reader(file)][1:]
    blocks: dict[tuple[int, str], list[int]] = {}
    for at, row in enumerate(rows):
        for column, cell in enumerate(row[1:], 1):
            if len(cell) > 3:
                blocks.setdefault((column, cell), []).append(at)
    found = set()
    for one, other in {
        pair for rows_ in blocks.values() if len(rows_) <= 60 for pair in combinations(rows_, 2)
    }:
        both = [(a, b) for a, b in zip(rows[one][1:], rows[other][1:], strict=False) if a and b]
        if both and sum(ratio(a, b) for a, b in both) / len(both) >= 80:
            found.add((rows[one][0], rows[other][0]))
    return found


def with_splink(path: Path) -> set[tuple[str, str]] | None:
    """Splink's own quick set-up: exact and Jaro-Winkler levels on every column, EM, threshold 0.5."""
    import pandas as pd  # only for this comparison; not a dependency
    import splink.comparison_library as levels
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    frame = pd.read_csv(path, dtype=str, skipinitialspace=True)
    frame.columns = ["unique_id", *frame.columns[1:]]
    columns = [column for column in frame.columns[1:] if frame[column].nunique() > 1]
    rules = [block_on(column) for column in columns if frame[column].nunique() > len(frame) / 20]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            levels.JaroWinklerAtThresholds(column, [0.92, 0.8]).configure(term_frequency_adjustments=True)
            for column in columns
        ],
        blocking_rules_to_generate_predictions=rules,
    )
    linker = Linker(DuckDBAPI().register(frame), settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in rules[:3]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    return {(str(one), str(other)) for one, other in zip(pairs.unique_id_l, pairs.unique_id_r, strict=True)}


def people(rows: int) -> Iterator[tuple[dict[str, object], int]]:
    """Synthetic people with the number of the one they stand for; about one in twenty repeats one before, with slips."""
    draw = random.Random(7)
    with (DATA / "dedup_febrl/dataset4a.csv").open() as file:
        seen = [[cell.strip() for cell in row] for row in csv.reader(file)][1:]
    given, family, street, city = ([row[at] for row in seen] for at in (1, 2, 4, 6))
    endings = ["", "son", "er", "ton", "ley", "man", "s", "", "", ""]

    def person() -> dict[str, object]:
        first, last = draw.choice(given), draw.choice(family) + draw.choice(endings)
        host = draw.choice(["example.org", "example.net", "example.com"])
        return {
            "given": first,
            "family": last,
            "phones": [f"+880{draw.randrange(10**9, 2 * 10**9)}"] if draw.random() < 0.8 else [],
            "mails": [f"{first}.{last}{draw.randrange(1000)}@{host}"] if draw.random() < 0.7 else [],
            "birthday": f"{draw.randrange(1930, 2010)}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}"
            if draw.random() < 0.5
            else "",
            "street": f"{draw.randrange(1, 300)} {draw.choice(street)}",
            "city": draw.choice(city),
            "postcode": str(draw.randrange(1000, 9999)),
        }

    def slip(text: str) -> str:
        if len(text) < 2:
            return text
        at, kind = draw.randrange(len(text) - 1), draw.random()
        if kind < 0.4:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return text[:at] + ("" if kind < 0.7 else draw.choice("abcdefgh") + text[at]) + text[at + 1 :]

    def copy(one: dict[str, object]) -> dict[str, object]:
        changed = dict(one)
        for key in draw.choices(list(one), k=draw.randrange(1, 4)):
            value = changed[key]
            if isinstance(value, list):
                changed[key] = [] if draw.random() < 0.4 else [slip(text) for text in value]
            else:
                changed[key] = "" if draw.random() < 0.3 else slip(str(value))
        return changed

    number = 0
    while number < rows:
        original, first = person(), number
        yield original, first
        number += 1
        while number < rows and draw.random() < 0.05:
            yield copy(original), first
            number += 1


def measure_many(rows: int) -> None:
    """Time, memory and quality on synthetic people."""
    started, processor, truth = time.monotonic(), time.process_time(), []
    with Scan(expected_records=rows) as scan:
        for values, number in people(rows):
            truth.append(number)
            scan.add(prepare(values))
        taken = time.monotonic()
        found = scan.found()
        compared = scan.pairs_compared
    ended = time.monotonic()
    pairs = {(str(one.one), str(one.other)) for one in found}
    precision, recall, both = figures(
        pairs, [str(at) for at in range(rows)], lambda one: str(truth[int(one)])
    )
    processor = time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{rows:,} people: {taken - started:.0f} s to make and take in, {ended - taken:.0f} s to find {len(pairs):,} pairs "
        f"among {compared:,} compared; precision {precision:.4f} recall {recall:.4f} F1 {both:.4f}; "
        f"{processor:.0f} s of one processor, peak {peak} MB"
    )


def main() -> int:
    """Prints the table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--splink", action="store_true", help="also run splink where it is installed")
    parser.add_argument("--rows", type=int, default=0, help="also scan this many synthetic people")
    options = parser.parse_args()
    if not (DATA / "dedup_febrl").exists():
        print(f"the labelled sets are not in {DATA.name}: set BANDHU_DATA_SETS")
        return 0
    missed, kept = 0, []
    print(
        f"{'set':12} {'rows':>6} {'ours: P':>8} {'R':>7} {'F1':>7} {'target':>7} {'s':>5}   {'simple: P':>9} {'R':>7} {'F1':>7}"
    )
    with TemporaryDirectory() as folder:
        for name, path, truth in labelled_sets(Path(folder)):
            with path.open(newline="") as file:
                ids = [row[0] for row in csv.reader(file)][1:]
            started = time.monotonic()
            ours = figures({(pair.one, pair.other) for pair in duplicates_in_file(path)}, ids, truth)
            taken = time.monotonic() - started
            simple = figures(simple_rule(path), ids, truth)
            target = TARGETS.get(name)
            missed += bool(target and ours[2] < target)
            line = f"{name:12} {len(ids):6} {ours[0]:8.4f} {ours[1]:7.4f} {ours[2]:7.4f} {target or '':>7} {taken:5.1f}   "
            line += "{:9.4f} {:7.4f} {:7.4f}".format(*simple)
            if options.splink:
                line += "   splink {:.4f} {:.4f} {:.4f}".format(
                    *figures(with_splink(path) or set(), ids, truth)
                )
            print(line, flush=True)
            kept.append(
                [
                    name,
                    len(ids),
                    *(f"{one:.4f}" for one in ours),
                    target or "",
                    *(f"{one:.4f}" for one in simple),
                ]
            )
    heads = [
        "set",
        "records",
        "precision",
        "recall",
        "F1",
        "aim for F1",
        "simple rule: precision",
        "recall",
        "F1",
    ]
    keep("matching", "Matching on labelled sets, one setting for all", table(heads, kept))
    if options.rows:
        measure_many(options.rows)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
