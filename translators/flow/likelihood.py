"""How likely a model finds a rewrite, before and after: the log-probabilities of the texts' own tokens.

Asked is `/v1/completions` with `echo`, for one token behind the text, which is thrown away. The text stands alone: no
instruction, no template of a chat.
"""

from __future__ import annotations

from dataclasses import replace

from schemas.errors import RecipeError
from schemas.recipe import Client, Role
from translators.flow.scribe import Models, Scribe
from translators.flow.verdict import Scores
from translators.llm.request import Asker, BadAnswer, EchoIgnored, Reply, Request
from translators.metrics.perplexity import Perplexity, perplexity
from translators.prompts.prompt import Prompt, digest

ROLE: Role = "likelihood"
VERSION = 1
"""Of what is asked, part of the key in the cache."""
_KNOWS = (
    "Perplexity needs a server whose /v1/completions obeys `echo` with `logprobs`: vLLM's does; llama.cpp's, and so "
    "the local model's, does not. Name such a server in client.roles.likelihood, or leave the role out: nothing else "
    "needs it."
)


class _Echoing:
    """Asks for the prompt's own tokens. How a recipe samples changes nothing of them, so it is not in the key.

    Args:
        asker: the model of the role.
    """

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        plain = {"form": "completion", "temperature": 0.0, "seed": None, "max_tokens": 1}
        self.spec: Client = asker.spec.model_copy(update=plain)
        self.endpoint = asker.endpoint

    async def ask(self, request: Request) -> Reply:
        """The reply, with the log-probabilities of the prompt."""
        return await self._asker.ask(replace(request, logprobs=True, echo=True))


class _Echoes:
    """The models of a recipe, with `_Echoing` for the role."""

    def __init__(self, models: Models) -> None:
        self.spec = models.spec
        self._echoing = _Echoing(models.of(ROLE))

    def of(self, role: Role) -> _Echoing:
        return self._echoing


def wanted(models: Models) -> bool:
    """Whether the recipe names a model for it."""
    return ROLE in models.spec.roles


def scribe_of(scribe: Scribe) -> Scribe:
    """Who asks for the likelihoods of a row: as is asked for them, and the same at each replay of the row."""
    return Scribe(_Echoes(scribe.models), scribe.row_id)


async def likelihood(before: str, after: str, scribe: Scribe) -> Scores:
    """Mean log-probability of a token, and how many tokens have one, before and after.

    `log_likelihood_before` and `log_likelihood_after` are natural logarithms, 0 or below: the perplexity is the
    exponential of their negative. Null where a text has no such tokens (the first has none in most servers), is too
    long for the model, or got no answer.

    Args:
        before: a text.
        after: what became of it.
        scribe: writes down what is asked.

    Raises:
        RecipeError: the server does not give log-probabilities of a prompt.
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    own = scribe_of(scribe)
    found: Scores = {}
    for when, text in (("before", before), ("after", after)):
        one = await _of(text, when, own)
        found[f"log_likelihood_{when}"] = None if one is None else one.logprob / one.tokens
        found[f"likelihood_tokens_{when}"] = None if one is None else float(one.tokens)
    scribe.exchanges += own.exchanges
    return found


async def _of(text: str, when: str, scribe: Scribe) -> Perplexity | None:
    prompt = Prompt(f"likelihood-{VERSION}", digest("likelihood\n{text}"), prompt=text)
    try:
        reply = await scribe.ask(ROLE, f"likelihood {when}", prompt, room=1)
    except EchoIgnored as error:
        spec = scribe.spec(ROLE)
        raise RecipeError(
            f"client.roles.{ROLE}: {scribe.models.of(ROLE).endpoint} does not say how likely a text is to the model "
            f"{spec.model!r}: {error}. {_KNOWS}"
        ) from error
    except RecipeError as error:
        raise RecipeError(f"client.roles.{ROLE}: {error} {_KNOWS}") from error
    except BadAnswer:  # it is for the measures alone: the rewrite is no worse without it
        return None
    return None if reply.logprobs is None else perplexity(reply.logprobs)
