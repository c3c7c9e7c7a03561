"""Vectors of texts: `open_embedder(Embedding(...))` gives a function from n texts to n unit vectors.

`open_backend` gives a function to vectors as the model makes them, neither of length 1 nor without their common part.

| module | what |
| --- | --- |
| `contract` | what a backend and an embedder are |
| `backends` | from parameters to a loaded embedder, its fingerprint, what is trained before a run |
| `model2vec`, `fasttext`, `onnx`, `sentence_transformers`, `openai` | one backend each |
| `onnx_folder` | what the folder of an exported encoder holds and says |
| `windows` | texts in windows that an encoder can take, and the mean of their vectors |
| `folders` | the folder of a model, the package that reads it |
| `skip_gram` | word vectors trained before a run |
| `common` | what all vectors have in common, and is taken out of them |
| `known` | of which texts a model knows too little to compare them |
| `texts` | the texts that a model or the common part is learnt from |
| `digest` | digests of files |
"""

from filters._embeddings.backends import fingerprint, open_backend, open_embedder, prepare
from filters._embeddings.contract import Vectors
from filters._embeddings.embedder import Embedder, Plain
from schemas.embedding import Embedding

__all__ = ["Embedder", "Embedding", "Plain", "Vectors", "fingerprint", "open_backend", "open_embedder", "prepare"]
