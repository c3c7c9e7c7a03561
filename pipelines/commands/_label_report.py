"""What `glotmill label` tells: the sample, the quote, the figures by language, the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from pipelines.commands._estimates import DOLLARS, NUMBER, spoken
from pipelines.commands._shared import ERR, say

if TYPE_CHECKING:
    from pipelines.labelling.asking import Asking
    from pipelines.labelling.sample import Sample
    from translators.llm.quote import Quote


def sample(drawn: Sample, asking: Asking, console: Console) -> None:
    """What was drawn, and how many requests that makes."""
    rows = asking.rows
    say(
        f"sample: {rows.height:,} of {drawn.documents:,} documents, {rows['language'].n_unique()} languages, "
        f"{len(drawn.strata)} strata of language, source and length",
        console,
    )
    again = len(asking.order) - int(rows["why"].is_null().sum())
    told = f"requests: {len(asking.order):,}"
    if again:
        told += f", {again:,} of them about documents that are asked about again"
    if asking.from_cache:
        told += f"; {asking.from_cache:,} answered from the cache"
    say(told, console)
    if again and asking.spec.temperature == 0:
        say("warning: at temperature 0 further answers show whether the server repeats itself, no more", ERR)


def quote(told: Quote, asking: Asking, console: Console) -> None:
    """What all requests will cost, and what is paid of it."""
    if told.tokens.mean is None:
        say("quote: none, because the server does not say how many tokens it uses", console)
        return
    money = "" if told.dollars is None else f", {spoken(told.dollars, DOLLARS)}"
    say(
        f"quote for all {told.requests:,} requests: {spoken(told.prompt_tokens, NUMBER)} tokens in, "
        f"{spoken(told.completion_tokens, NUMBER)} out{money}",
        console,
    )
    say(f"  from {told.seen:,} answers, in brackets 95 % intervals", console)
    price, spent = asking.cap.price, asking.usage
    paid = "" if price is None else f", {DOLLARS.format(price.dollars(spent.prompt, spent.completion))}"
    say(
        f"  of it answered: {told.answered:,} requests, {spent.prompt:,} tokens in, {spent.completion:,} out{paid}",
        console,
    )


def table(written: dict[str, Any]) -> Table:
    """Labels by language, and how far answers agree where documents were asked about again."""
    made = Table(pad_edge=False, box=SIMPLE_HEAD)
    made.add_column("language")
    agreed = written["agreement"]
    counts = ("high", "between", "low", "unlabelled")
    for heading in (*counts, "mean score", *(() if agreed is None else ("pairs", "equal", "kappa"))):
        made.add_column(heading, justify="right")
    for name, told in written["by_language"].items():
        cells = [name, *(f"{told[key]:,}" for key in counts), _two_digits(told["mean_score"])]
        if agreed is not None:
            again = agreed["by_language"].get(name, {})
            kappa = again.get("quadratic_weighted_kappa")
            cells += [f"{again.get('pairs', 0):,}", _two_digits(again.get("exact")), _two_digits(kappa)]
        made.add_row(*cells)
    return made


def _two_digits(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def result(written: dict[str, Any], asking: Asking, out: str, console: Console) -> None:
    """How many have labels, what it cost, where they are."""
    from pipelines.labelling import output

    say(
        f"labelled {written['labelled']:,} of {written['documents']:,} documents: {written['high']:,} high, "
        f"{written['between']:,} between, {written['low']:,} low; {asking.calls:,} requests sent",
        console,
    )
    if unlabelled := written["unlabelled"]:
        say("not labelled: " + ", ".join(f"{n:,} {why}" for why, n in unlabelled.items()), console)
    agreed = written["agreement"]
    if agreed is not None and agreed["pairs"]:
        kappa = _two_digits(agreed["quadratic_weighted_kappa"])
        say(
            f"asked again: {agreed['pairs']:,} pairs, {agreed['exact']:.0%} equal, quadratic weighted kappa {kappa}",
            console,
        )
    tokens, dollars = written["tokens"], written["dollars"]
    money = "" if dollars is None else f", {DOLLARS.format(dollars['spent'])}"
    say(f"cost of all answers: {tokens['prompt']:,} tokens in, {tokens['completion']:,} out{money}", console)
    say(f"wrote {out}: {', '.join([*written['files'], output.SUMMARY])}", console)
    if written["high"] and written["low"]:
        say(f"train on them: glotmill train-quality {out}/{output.LABELS}", console)
    else:
        say("warning: a classifier needs rows of both kinds, high and low", ERR)
