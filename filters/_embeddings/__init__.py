"""Vectors of texts: `open_embedder(Embedding(...))` gives a function from n texts to n unit vectors.

| module | what |
| --- | --- |
| `contract` | what a backend and an embedder are |
| `choice` | the parameters: which backend, and its values |
| `backends` | from parameters to a loaded embedder, its fingerprint, what is trained before a run |
| `model2vec`, `fasttext`, `openai` | one backend each |
| `skip_gram` | word vectors trained before a run |
| `common` | what all vectors have in common, and is taken out of them |
| `known` | of which texts a model knows too little to compare them |
| `texts` | the texts that a model or the common part is learnt from |
| `digest` | digests of files |
"""

from filters._embeddings.backends import fingerprint, open_embedder, prepare
from filters._embeddings.choice import Embedding
from filters._embeddings.contract import Vectors
from filters._embeddings.embedder import Embedder

__all__ = ["Embedder", "Embedding", "Vectors", "fingerprint", "open_embedder", "prepare"]
