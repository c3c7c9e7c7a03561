"""Makes a COMET model with random weights: run by a Python that has unbabel-comet, with a folder and a kind."""

import sys
from pathlib import Path

import pytorch_lightning
import torch
import yaml
from comet.models import str2model
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import XLMRobertaConfig, XLMRobertaTokenizerFast

folder, kind = Path(sys.argv[1]).resolve(), sys.argv[2]
encoder = folder / "encoder"
encoder.mkdir(parents=True)
(folder / "checkpoints").mkdir()
special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
alphabet = pre_tokenizers.ByteLevel.alphabet()
tokenizer.train_from_iterator(
    ["a"], trainers.BpeTrainer(vocab_size=270, special_tokens=special, initial_alphabet=alphabet)
)
tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token", "mask_token"), special, strict=True))
XLMRobertaTokenizerFast(tokenizer_object=tokenizer, cls_token="<s>", sep_token="</s>", **names).save_pretrained(encoder)
XLMRobertaConfig(
    vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
    intermediate_size=64, max_position_embeddings=130, type_vocab_size=1, pad_token_id=1, bos_token_id=0,
    eos_token_id=2,
).save_pretrained(encoder)  # fmt: skip
torch.manual_seed(1)
own = {"input_segments": ["mt", "src"], "word_layer": 2} if kind == "unified_metric" else {}
model = str2model[kind](
    encoder_model="XLM-RoBERTa", pretrained_model=str(encoder), hidden_sizes=[16], final_activation="Sigmoid",
    layer_transformation="softmax", load_pretrained_weights=False, **own,
)  # fmt: skip
trainer = pytorch_lightning.Trainer(logger=False, accelerator="cpu", enable_checkpointing=False)
trainer.strategy.connect(model)
trainer.save_checkpoint(folder / "checkpoints" / "model.ckpt", weights_only=True)
settings = {key: value for key, value in model.hparams.items() if key != "load_pretrained_weights"}
(folder / "hparams.yaml").write_text(yaml.safe_dump({**settings, "class_identifier": kind}), "utf-8")
