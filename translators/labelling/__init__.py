"""Labels from a language model: the measure, the question, how an answer is read, how far answers agree."""
