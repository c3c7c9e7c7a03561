"""What a release does not promise, as far as its manifest shows it: the card's section "Known limits"."""

from __future__ import annotations

from collections.abc import Sequence

from data_cards.markdown import some, text
from data_cards.parameters import by_language
from schemas import languages
from schemas.manifest import Manifest


def limits(manifest: Manifest) -> list[str]:
    """One sentence each, of what holds for this release."""
    counts, recipe = manifest.counts, manifest.recipe
    ran = {stage.name for stage in manifest.stages}
    kinds = {stage.kind.lower() for stage in manifest.stages}
    known = ["No person has checked these rows: every verdict comes from the rules and models named above."]
    if "language" not in ran:
        known.append("No stage identified languages: labels are what the sources declare.")
    undetermined = counts.by_language.get(languages.UNDETERMINED)
    if undetermined and undetermined.input:
        known.append(f"Input rows of undetermined language (`{languages.UNDETERMINED}`): {undetermined.input:,}.")
    if "group" in kinds:
        earlier = " and in the earlier releases named above" if manifest.against else " only"
        known.append(f"Duplicates were looked for in the input of this run{earlier}, not in other datasets.")
    else:
        known.append("Duplicates were not looked for.")
    if not any("toxic" in name for name in ran):
        known.append("Texts were not scored for toxicity.")
    if not ran & {"decontamination", "decontaminated_spans"}:
        known.append("Texts were not compared with evaluation benchmarks: some may hold their items.")
    if "edit" not in kinds:
        known.append("No stage changed a text: encoding errors and boilerplate are as they came.")
    if counts.derived or counts.quarantined:
        known.append(
            "Derived rows were written by a language model and passed automatic gates, which let errors through."
        )
    if unmeasured := sum(rows for reason, rows in counts.rejected_by_reason.items() if reason.endswith("unmeasured")):
        known.append(f"Rejections because a score could not be computed, whatever the text is like: {unmeasured:,}.")
    if unread := sum(source.unread_dates for source in manifest.sources):
        known.append(f"Documents whose source has a date that cannot be read, which have none here: {unread:,}.")
    known += _switched_off(manifest)
    known += _fallback(manifest)
    if unlicensed := [source.name for source in manifest.sources if not source.licence]:
        known.append(f"The recipe states no licence for these sources: {text(some(unlicensed))}.")
    if not (recipe.get("release") or {}).get("licence"):
        known.append("The recipe states no licence for the release.")
    if (recipe.get("release") or {}).get("rejected_text") is False:
        known.append("The texts of rejected documents are left out of `rejected`.")
    return known


# What the stage `private_data` does with what it finds, by its parameter `action`.
_DONE = {
    "redact": "replaced by placeholders",
    "generalise": "replaced by placeholders that keep a detail (as the domain of a mail address)",
    "flag": "counted and left in the text",
}


def private_data(manifest: Manifest) -> str:
    """What became of personal data. A kind is a parameter that holds its placeholder; without one it is left alone."""
    stage = next((stage for stage in manifest.stages if stage.name == "private_data"), None)
    if stage is None:
        return "Personal data was not looked for."
    given = stage.parameters
    kinds = {name: value for name, value in given.items() if name != "action" and isinstance(value, (str, type(None)))}
    by_action: dict[str, list[str]] = {}
    for kind, placeholder in kinds.items():
        if placeholder is not None:
            by_action.setdefault(given.get("actions", {}).get(kind, given.get("action", "redact")), []).append(kind)
    told = [f"{_DONE.get(action, action)}: {_kinds(names)}" for action, names in by_action.items()]
    if len(by_action) == 1:
        told = [_DONE.get(action, action) for action in by_action]
    if ignored := [kind for kind, placeholder in kinds.items() if placeholder is None]:
        told.append(f"not looked for: {_kinds(ignored)}")
    done = "; ".join(told) or _DONE["redact"]
    proven = " ".join(text(sentence) for sentence in stage.proven)
    return (
        f"Personal data that patterns found was {done}. What they miss was not measured on this text. {proven}".strip()
    )


def _kinds(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _fallback(manifest: Manifest) -> list[str]:
    """Released languages whose limits are not their own."""
    counted = manifest.counts.by_language
    released = {
        label: origins
        for label, origins in sorted(manifest.thresholds.items())
        if label in counted and counted[label].released_sources
    }
    if not released:
        return []
    if not any(origins.file for origins in manifest.thresholds.values()):
        own = max(o.language + o.script for o in released.values())
        rules = max(o.source + o.language + o.script + o.default for o in released.values())
        return [f"Of {rules:,} rules at most {own:,} have a limit for the language or its script, in any language."]
    found = []
    if script := [label for label, origins in released.items() if origins.file == "script"]:
        found.append(f"Without a threshold file of their own, with that of their script: {some(script)}.")
    if none := [label for label, origins in released.items() if origins.file is None]:
        found.append(f"Without any threshold file, with the limits that the stages ship: {some(none)}.")
    return found


def _switched_off(manifest: Manifest) -> list[str]:
    """Rules that hold for some of the released languages only."""
    released = sorted(label for label, c in manifest.counts.by_language.items() if c.released_sources)
    found = []
    for stage in manifest.stages:
        for name, value in stage.parameters.items():
            if not by_language(value) or not stage.rules:
                continue
            exceptions = value.get("languages") or {}
            off = [
                label
                for label in released
                if exceptions.get(label, exceptions.get(label[4:], value["default"])) is None
            ]
            if off and len(off) < len(released):
                which = f"`{stage.name}.{name}` has no value for {len(off):,} of {len(released):,} released languages"
                found.append(f"{which}, where its rule is off: {some(off)}.")
    return found
