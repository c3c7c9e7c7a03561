"""Gates of translations on seeded faults: what each finds, by language, and what BLEU and chrF++ of a way back find.

Usage: uv run python benchmarks/translation_gates.py CORPORA [--pairs N] [--local N] [--json FILE]
           [--markdown docs/translation_gates_figures.md]

CORPORA is a folder with `bitext.parquet` (id, target_language, english, target) and `udhr_dev.parquet` (bcp47,
paragraph, text). With --local N the small local model translates N pairs of a few languages back, clean and with each
fault. With --markdown the tables between the markers of that file are written anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "translators" / "gates"))

import numpy as np
import polars as pl
import seeded_faults
from seeded_faults import KINDS, Seeded

from pipelines.calibration import pair_scores, pairs
from pipelines.calibration.pair_scores import Humans
from pipelines.commands._shared import load
from pipelines.training.metrics import auc
from schemas import languages
from tests.fault_server import sayings
from tests.translators.gates import labelled
from translators.gates import echo, language, preamble, refusal, registry
from translators.gates.gate import Pair
from translators.knowledge.bitext import BitextFile, Skipped
from translators.metrics.bleu import sentence_bleu
from translators.metrics.chrf import sentence_chrf

BEGIN, END = "<!-- tables: benchmarks/translation_gates.py -->", "<!-- end of tables -->"
ENGLISH = "eng_Latn"
DECLARED = (
    "af am ar az be bg bn cy el et eu fa ga gl gu ha he hi hr hu hy id ig is ka kk km kn ko lo lv mk ml mn mr ms mt my "
    "ne pa pl ro si sk sl so sq sr sw ta te th tl tr uk ur uz vi xh yo zh zu"
)
IN_STEP = 0.9
LOCAL = ("deu_Latn", "fra_Latn", "spa_Latn", "rus_Cyrl")
BASELINE = {"bleu": 20.0, "chrf": 40.0}
Scores = dict[str, float | None]
Limits = dict[str, float | None] | None


@dataclass
class Language:
    """What was seen of one language.

    Args:
        name: its label, with `*` where the text is the declaration of human rights.
        humans: all pairs.
        clean: of each, whether no hard gate finds a fault in it.
        scores: of each clean pair.
        limits: as calibrated on the first half; None: those that ship.
        over_all: calibrated so that all languages together keep to the share.
        tight: calibrated so that they may be stricter than those that ship.
        faults: kind -> place among the clean pairs, the fault, its scores.
    """

    name: str
    humans: Humans
    clean: list[Pair] = field(default_factory=list)
    first: list[bool] = field(default_factory=list)
    scores: list[Scores] = field(default_factory=list)
    limits: Limits = None
    over_all: Limits = None
    tight: Limits = None
    faults: dict[str, list[tuple[int, Seeded, Scores]]] = field(default_factory=lambda: defaultdict(list))

    def limits_of(self, key: str) -> Limits:
        """Limits of a table."""
        return {"shipped": None, "calibrated": self.limits, "over all": self.over_all, "tightened": self.tight}[key]

    @property
    def checked(self) -> list[int]:
        """Clean pairs that did not decide about the limits."""
        return [at for at, first in enumerate(self.first) if not first or self.limits is None]


def udhr(corpora: Path) -> Iterator[Humans]:
    """English with other languages; each is too short to calibrate on.

    In many declarations a number is not the same paragraph as in English. Those count whose lengths follow the English
    ones (correlation of 0.9 at least).
    """
    frame = pl.read_parquet(corpora / "udhr_dev.parquet")
    english = dict(frame.filter(pl.col("udhr_code") == "eng").select("paragraph", "text").rows())
    for code in DECLARED.split():
        label = languages.label(code)
        tags = [
            tag for tag in frame["bcp47"].unique().sort() if tag.split("-")[0] == code and languages.label(tag) == label
        ]
        for (_,), part in frame.filter(pl.col("bcp47").is_in(tags)).group_by(["udhr_code"], maintain_order=True):
            rows = part.select("paragraph", "text").sort("paragraph").rows()
            found = [Pair(english[number], text, ENGLISH, label) for number, text in rows if number in english]
            lengths = np.array([(len(pair.source), len(pair.target)) for pair in found])
            if len(found) >= 10 and np.corrcoef(lengths.T)[0, 1] >= IN_STEP:
                yield Humans(languages.pair(ENGLISH, label), found, np.zeros(len(found), dtype=bool))
                break


def looked_at(name: str, humans: Humans, most: int) -> Language:
    """Scores of the clean pairs of a language: those that no hard gate refuses."""
    made = Language(name, humans)
    hard = [gate for gate in registry.TRANSLATION if gate.reason in pairs.HARD]
    for pair, first in list(zip(humans.pairs, humans.first, strict=True))[:most]:
        scores = seeded_faults.scores(pair)
        if not seeded_faults.refused(scores, gates=hard):
            made.clean.append(pair)
            made.first.append(bool(first))
            made.scores.append(scores)
    return made


def plant(every: list[Language]) -> None:
    """One fault of each kind in each clean pair, where it fits."""
    same: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in every:
        for pair in one.clean:
            same[pair.source].append((pair.target, pair.target_language))
    for one in every:
        for at, pair in enumerate(one.clean):
            others = [other for other in same[pair.source] if other[1] != pair.target_language]
            rng = seeded_faults.rng_of(pair, "third")
            third = rng.choice(others) if others else None
            for kind in KINDS:
                made = seeded_faults.seeded(pair, kind, third)
                if made is not None:
                    one.faults[kind].append((at, made, seeded_faults.scores(made.pair)))


def auc_of(parts: Iterable[Language], kind: str, name: str, keep: str) -> float | None:
    """How often a pair with the fault is worse to a gate than a clean one, among those pairs that the fault fits."""
    clean, faulty = [], []
    for one in parts:
        clean += [one.scores[at] for at, _, _ in one.faults[kind]]
        faulty += [scores for _, _, scores in one.faults[kind]]
    if not faulty:
        return None
    bad = pair_scores.badness([*clean, *faulty], name, keep)
    return auc(bad, np.array([False] * len(clean) + [True] * len(faulty)))


def share(hits: Iterable[bool]) -> tuple[float | None, int]:
    """Share of the true ones, and how many there are."""
    found = list(hits)
    return (sum(found) / len(found) if found else None), len(found)


def found_by(one: Language, kind: str, limits: Limits) -> list[bool]:
    """Whether the gates refuse each pair with a fault, of the half that did not decide."""
    counted = set(one.checked)
    return [bool(seeded_faults.refused(scores, limits)) for at, _, scores in one.faults[kind] if at in counted]


def wrongly(one: Language, limits: Limits) -> list[bool]:
    """Whether the gates refuse each clean pair of that half."""
    return [bool(seeded_faults.refused(one.scores[at], limits)) for at in one.checked]


def oracle(every: list[Language], kind: str) -> list[tuple[float, float]]:
    """BLEU and chrF++ of the faulted English beside the source."""
    found = []
    for one in every:
        for _, made, _ in one.faults[kind]:
            if made.faulted is not None:
                found.append(
                    (sentence_bleu(made.faulted, made.source, ENGLISH), sentence_chrf(made.faulted, made.source))
                )
    return found


def below(bleu: float | None, chrf: float | None) -> bool:
    """Whether the baseline refuses."""
    return bleu is None or chrf is None or bleu < BASELINE["bleu"] or chrf < BASELINE["chrf"]


def figure(value: float | None, *, percent: bool = False) -> str:
    """A figure of a table."""
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if percent else f"{value:.3f}"


def table(headings: list[str], rows: Iterable[list[str]]) -> list[str]:
    """A Markdown table; all but the first column are figures."""
    lines = [f"| {' | '.join(headings)} |", f"| --- |{' ---: |' * (len(headings) - 1)}"]
    return lines + [f"| {' | '.join(row)} |" for row in rows] + [""]


def gate_tables(every: list[Language], data: dict[str, Any]) -> list[str]:
    """What each gate finds of each fault."""
    counts = {kind: sum(len(one.faults[kind]) for one in every) for kind in KINDS}
    lines = ["### AUC by gate and fault, all languages", ""]
    rows = [["pairs with the fault", *(f"{counts[kind]:,}" for kind in KINDS)]]
    data["auc"] = {}
    for gate in registry.TRANSLATION:
        values = {kind: auc_of(every, kind, gate.name, gate.keep) for kind in KINDS}
        data["auc"][gate.name] = values
        rows.append([f"`{gate.name}`", *map(figure, values.values())])
    lines += table(["gate", *KINDS], rows)
    lines += ["### AUC by language, of the gate that is there for the fault", ""]
    main = {kind: names[0] for kind, names in seeded_faults.RESPONSIBLE.items()}
    keeps = {gate.name: gate.keep for gate in registry.TRANSLATION}
    data["auc_by_language"] = {
        one.name: {kind: auc_of([one], kind, main[kind], keeps[main[kind]]) for kind in KINDS} for one in every
    }
    rows = [[name, *map(figure, of.values())] for name, of in data["auc_by_language"].items()]
    return lines + table(["language", *(f"{kind}: `{main[kind]}`" for kind in KINDS)], rows)


def limit_tables(every: list[Language], data: dict[str, Any]) -> list[str]:
    """What is refused at limits: those that ship, and those that were calibrated."""
    lines: list[str] = []
    titles = {
        "shipped": "the limits that ship",
        "over all": "limits calibrated with `--over-all`: 5 % of all language pairs together",
        "calibrated": "limits calibrated by language pair: 5 % of each",
        "tightened": "limits calibrated with `--tighten`",
    }
    for key, title in titles.items():
        parts = [(one, one.limits_of(key)) for one in every if key == "shipped" or one.limits is not None]
        groups = {one.name: [(one, limits)] for one, limits in parts}
        groups["all of the manuals"] = [part for part in parts if not part[0].name.endswith("*")]
        groups["all of the declaration"] = [part for part in parts if part[0].name.endswith("*")]
        told = {name: caught(group) for name, group in groups.items() if group}
        data[key] = told
        lines += [f"### Refused at {title}", ""]
        lines += ["Recall of all gates together by fault, and clean human pairs refused.", ""]
        rows = []
        for name, of in told.items():
            wrong, number = of["wrongly"]
            rows.append([name, f"{number:,}", figure(wrong, percent=True), *(figure(of[kind][0]) for kind in KINDS)])
        lines += table(["language", "clean pairs", "clean refused", *KINDS], rows)
    return lines


def caught(group: list[tuple[Language, Limits]]) -> dict[str, tuple[float | None, int]]:
    """Recall by fault, and the share of clean pairs that is refused."""
    found = {kind: share(hit for one, limits in group for hit in found_by(one, kind, limits)) for kind in KINDS}
    return {"wrongly": share(hit for one, limits in group for hit in wrongly(one, limits)), **found}


def why_tables(every: list[Language], data: dict[str, Any]) -> list[str]:
    """Which gate refuses clean pairs."""
    rows = []
    data["wrongly_by_gate"] = {}
    calibrated = [one for one in every if one.limits is not None]
    for gate in registry.TRANSLATION:
        values = [
            share(
                gate.name in seeded_faults.refused(one.scores[at], one.limits_of(key))
                for one in calibrated
                for at in one.checked
            )[0]
            for key in ("shipped", "over all", "calibrated", "tightened")
        ]
        declared = [one for one in every if one.name.endswith("*")]
        values.append(share(gate.name in seeded_faults.refused(of) for one in declared for of in one.scores)[0])
        data["wrongly_by_gate"][gate.name] = values
        rows.append([f"`{gate.name}`", *(figure(value, percent=True) for value in values)])
    return [
        "### Clean pairs refused, by gate",
        "",
        *table(
            ["gate", "limits that ship", "`--over-all`", "5 % of each", "`--tighten`", "declaration, as shipped"], rows
        ),
    ]


def oracle_table(every: list[Language], data: dict[str, Any]) -> list[str]:
    """What a perfect way back would see."""
    rows = []
    data["oracle"] = {}
    for kind in KINDS:
        found = oracle(every, kind)
        if not found:
            continue
        bleu, chrf = np.array(found).T
        hit, number = share(below(*one) for one in found)
        gates, _ = share(bool(seeded_faults.refused(scores)) for one in every for _, _, scores in one.faults[kind])
        data["oracle"][kind] = {"bleu": float(np.median(bleu)), "chrf": float(np.median(chrf)), "recall": hit}
        rows.append(
            [kind, f"{number:,}", f"{np.median(bleu):.1f}", f"{np.median(chrf):.1f}", figure(hit), figure(gates)]
        )
    headings = ["fault", "pairs", "median BLEU", "median chrF++", "recall of BLEU 20 / chrF 40", "recall of our gates"]
    return ["### A perfect way back (oracle)", "", *table(headings, rows)]


def labelled_tables(corpora: Path, data: dict[str, Any]) -> list[str]:
    """Preambles, refusals, echoes, wrong languages: the hand-labelled answers, and the phrases of the fault server."""
    asked = (
        ("preamble", preamble.GATE, labelled.preambles), ("refusal", refusal.GATE, labelled.refusals),
        ("echo", echo.GATE, labelled.echoes), ("wrong language", language.GATE, labelled.wrong_languages),
    )  # fmt: skip
    clean = [one.pair for one in labelled.clean()]
    said = defaultdict(list)
    for kind, pair in phrases(corpora):
        said[kind].append(pair)
    rows = []
    data["labelled"] = {}
    for kind, gate, made in asked:
        by: dict[str, list[bool]] = defaultdict(list)
        for one in made():
            by[one.language].append(gate_refuses(gate, one.pair))
        recall, number = share(hit for hits in by.values() for hit in hits)
        least = min(sum(hits) / len(hits) for hits in by.values())
        wrong, _ = share(gate_refuses(gate, pair) for pair in clean)
        server, of_server = share(gate_refuses(gate, pair) for pair in said[kind])
        data["labelled"][kind] = {"recall": recall, "rows": number, "languages": len(by), "least": least,
                                  "wrongly": wrong, "server": server, "server_rows": of_server}  # fmt: skip
        rows.append([kind, f"{number:,}", str(len(by)), figure(recall), figure(least), figure(wrong, percent=True),
                     f"{figure(server)} ({of_server:,})"])  # fmt: skip
    headings = ["fault", "answers", "languages", "recall", "worst language",
                f"clean refused (of {len(clean):,})", "recall on the fault server's phrases"]  # fmt: skip
    return ["### Answers that are no translations", "", *table(headings, rows)]


def gate_refuses(gate: Any, pair: Pair) -> bool:
    """Whether one gate refuses a pair at the limit that ships."""
    scores = {gate.name: gate.score(pair)} if gate.applies(pair) else {}
    return bool(seeded_faults.refused(scores, gates=[gate]))


def phrases(corpora: Path) -> Iterator[tuple[str, Pair]]:
    """The fault server's preambles before, and its refusals in the place of, paragraphs of the declaration."""
    frame = pl.read_parquet(corpora / "udhr_dev.parquet").unique(["bcp47", "paragraph"], keep="first")
    english = dict(frame.filter(pl.col("bcp47") == "en").select("paragraph", "text").rows())
    texts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for tag, number, text in frame.select("bcp47", "paragraph", "text").sort("bcp47", "paragraph").rows():
        if tag != "und" and number in english:
            texts[languages.label(tag)].append((number, text))
    labels = {languages.name(label): label for label in sorted(texts, reverse=True)}
    labels |= {"Chinese": "zho_Hans", "Persian": "pes_Arab" if "pes_Arab" in texts else "fas_Arab"}
    labels |= {"Portuguese": "por_Latn", "Arabic": "arb_Arab" if "arb_Arab" in texts else "ara_Arab"}
    for kind, by_name in (("preamble", sayings.PREAMBLES), ("refusal", sayings.REFUSALS)):
        for name, said in by_name.items():
            label = labels.get(name)
            if label is None or label == ENGLISH:
                continue
            for number, text in texts[label][:4]:
                for one in said:
                    target = f"{one}\n\n{text}" if kind == "preamble" else one
                    yield kind, Pair(english[number], target, ENGLISH, label)


def local_tables(every: list[Language], number: int, data: dict[str, Any]) -> list[str]:
    """The small local model translates back: clean pairs and pairs with a fault in the translation."""
    import seeded_names
    import seeded_negation

    from pipelines.calibration import pair_round_trip
    from schemas.recipe import Client
    from translators.llm import local_server
    from translators.llm.models import Models

    def faulty(pair: Pair, kind: str) -> Pair | None:
        rng, label = seeded_faults.rng_of(pair, f"local {kind}"), pair.target_language
        if kind in ("negation", "name"):
            seeder = seeded_negation if kind == "negation" else seeded_names
            target = seeder.seed(pair.target, label, rng)
        else:
            made = seeded_faults.seeded(pair, kind)
            target = None if made is None else made.pair.target
        return None if target is None else Pair(pair.source, target, pair.source_language, label)

    kinds = ("number", "negation", "omission", "truncation", "name")
    _, plan = load("parallel", ["client.local=true", "stages.parallel.round_trip=true"])
    step = pairs.stages_of(plan)[0]
    chosen: list[tuple[str, Pair, Pair]] = []
    for one in every:
        if one.name not in LOCAL:
            continue
        for kind in kinds:
            fitting = [(pair, bad) for pair in one.clean if (bad := faulty(pair, kind)) is not None]
            chosen += [(kind, pair, bad) for pair, bad in fitting[: -(-number // len(LOCAL))]]
    with local_server.LocalServer() as server:
        spec = Client(local=True, form="completion")
        models = Models(spec, None, local_url=server.base_url, local_identity=local_server.identity())
        unique = list(dict.fromkeys(pair for _, *both in chosen for pair in both))
        scores = dict(zip(unique, pair_round_trip.scores(unique, models, step), strict=True))
    rows = []
    data["local"] = {}
    for kind in kinds:
        both = [(pair, bad) for of, pair, bad in chosen if of == kind]
        if not both:
            continue
        marks = np.array([False] * len(both) + [True] * len(both))
        told = {
            name: auc(
                pair_scores.badness([scores[p] for p, _ in both] + [scores[b] for _, b in both], name, "at_least"),
                marks,
            )
            for name in ("bleu", "chrf")
        }
        base = [
            share(below(scores[one[side]]["bleu"], scores[one[side]]["chrf"]) for one in both)[0] for side in (1, 0)
        ]
        gates = [
            share(bool(seeded_faults.refused(seeded_faults.scores(one[side]))) for one in both)[0] for side in (1, 0)
        ]
        data["local"][kind] = {**told, "pairs": len(both), "baseline": base, "gates": gates}
        rows.append(
            [kind, str(len(both)), figure(told["bleu"]), figure(told["chrf"]), *map(figure, base), *map(figure, gates)]
        )
    headings = ["fault", "pairs", "AUC of BLEU", "AUC of chrF++", "BLEU 20 / chrF 40: recall", "clean refused",
                "gates: recall", "clean refused"]  # fmt: skip
    return [f"### A real way back: {local_server.MODEL}", "", *table(headings, rows)]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--pairs", type=int, default=100_000, help="most pairs of a language")
    parser.add_argument("--local", type=int, default=0, help="pairs of each fault that the local model translates back")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    given = parser.parse_args()
    file = BitextFile(path=str(given.corpora / "bitext.parquet"), source="english", source_language="en")
    humans = pair_scores.read([file], None, Skipped())
    every = [looked_at(one.label.split(">")[1], one, given.pairs) for one in humans]
    declared = [looked_at(f"{one.label.split('>')[1]}*", one, given.pairs) for one in udhr(given.corpora)]
    _, plan = load("parallel", None)
    by_label = {one.humans.label: one for one in every}
    for found in pairs.calibrate(plan, humans, pairs.Settings()).files:
        by_label[found.label].limits = dict(found.limits)
    for found in pairs.calibrate(plan, humans, pairs.Settings(over_all=True)).files:
        by_label[found.label].over_all = dict(found.limits)
    for found in pairs.calibrate(plan, humans, pairs.Settings(tighten=True)).files:
        by_label[found.label].tight = dict(found.limits)
    every += declared
    plant(every)
    data: dict[str, Any] = {"clean": {one.name: [len(one.clean), len(one.humans.pairs)] for one in every}}
    lines = labelled_tables(given.corpora, data)
    lines += limit_tables(every, data) + why_tables(every, data) + oracle_table(every, data)
    if given.local:
        lines += local_tables(every, given.local, data)
    lines += gate_tables(every, data)
    print("\n".join(lines))
    if given.json:
        given.json.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if given.markdown:
        before, _, rest = given.markdown.read_text(encoding="utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        body = "\n".join(lines).rstrip()
        given.markdown.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
