"""Prompts that have a teacher answer a prompt. Here the text is no data: it is what the model is asked.

So the chat form has no markers, and the whole answer counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas.languages import name
from translators.llm.request import Form
from translators.prompts.prompt import Prompt, completion, digest
from translators.prompts.shots import Pair

VERSION = 1
_SYSTEM = "Answer the user in {language}. Keep to what the user says about the form of the answer."
_HEAD = "Questions and their answers in {language}.\n\n"
_LABELS = ("Question", "Answer")

ANSWERS: Mapping[str, tuple[Pair, ...]] = {
    "eng_Latn": (
        ("Why do leaves fall in autumn?", "Because a tree saves water in winter by dropping its leaves."),
        ("Name 3 birds that live near rivers.", "The kingfisher, the heron and the dipper live near rivers."),
        ("How much do 4 tickets cost if one costs 12.50?", "Four tickets cost 50, because 4 times 12.50 is 50."),
    ),
    "fra_Latn": (
        ("Pourquoi les feuilles tombent-elles en automne ?", "Parce que l'arbre économise ainsi l'eau en hiver."),
        ("Cite 3 oiseaux des rivières.", "Le martin-pêcheur, le héron et le cincle vivent près des rivières."),
        ("Combien coûtent 4 billets à 12,50 ?", "Les 4 billets coûtent 50, car 4 fois 12,50 font 50."),
    ),
    "spa_Latn": (
        ("¿Por qué caen las hojas en otoño?", "Porque el árbol ahorra agua en invierno al perder las hojas."),
        ("Nombra 3 aves de los ríos.", "El martín pescador, la garza y el mirlo acuático viven junto a los ríos."),
        ("¿Cuánto cuestan 4 entradas de 12,50?", "Las 4 entradas cuestan 50, porque 4 por 12,50 son 50."),
    ),
    "deu_Latn": (
        ("Warum fallen im Herbst die Blätter?", "Weil der Baum im Winter ohne Blätter weniger Wasser braucht."),
        ("Nenne 3 Vögel, die an Flüssen leben.", "Der Eisvogel, der Reiher und die Wasseramsel leben an Flüssen."),
        ("Was kosten 4 Karten zu 12,50?", "Die 4 Karten kosten 50, denn 4 mal 12,50 ist 50."),
    ),
    "hin_Deva": (
        ("पतझड़ में पत्ते क्यों गिरते हैं?", "क्योंकि पत्ते गिराकर पेड़ सर्दियों में पानी बचाता है।"),
        ("नदियों के पास रहने वाले 3 पक्षियों के नाम बताइए।", "किलकिला, बगुला और सारस नदियों के पास रहते हैं।"),
        ("12.50 के 4 टिकट कितने के होंगे?", "4 टिकट 50 के होंगे, क्योंकि 4 गुना 12.50 बराबर 50 है।"),
    ),
}
"""Examples for base models, written for Glotmill."""


def answer(text: str, language: str, form: Form) -> Prompt:
    """A prompt that asks for an answer.

    Args:
        text: the prompt to answer; one line in the completion form.
        language: label of the language of the answer.
        form: `chat` or `completion`.

    Raises:
        ValueError: the completion form, and the text has several lines.
    """
    if form == "completion":
        head = _HEAD.format(language=name(language))
        return completion("answer", VERSION, head, _LABELS, ANSWERS.get(language) or ANSWERS["eng_Latn"], text)
    system = _SYSTEM.format(language=name(language))
    return Prompt(
        f"answer-chat-{VERSION}", digest(f"answer\n{_SYSTEM}\n{language}"), (("system", system), ("user", text))
    )
