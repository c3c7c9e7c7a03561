"""The wheel holds what a user needs: every package, the recipes, the sample corpus, the card's template; no tests."""

import sys
import zipfile

names = set(zipfile.ZipFile(sys.argv[1]).namelist())
wanted = [
    "schemas/stage.py",
    "filters/language.py",
    "translators/llm/client.py",
    "translators/gates/_number_words.json",
    "translators/gates/_common_words_eng.txt",
    "translators/knowledge/locales/yor_Latn.yaml",
    "pipelines/beam/run.py",
    "pipelines/readers/jsonl.py",
    "pipelines/recipes/quickstart.yaml",
    "pipelines/recipes/web.yaml",
    "pipelines/recipes/prompts.yaml",
    "pipelines/sample/tables/tables.jsonl",
    "pipelines/sample/dialogues/english_bound.txt",
    "pipelines/sample/documents/tha_Thai.jsonl",
    "pipelines/sample/quality/tha_Thai.jsonl",
    "pipelines/sample/instructions.jsonl",
    "data_cards/templates/README.md.j2",
    "data_cards/report/page/main.js",
    "data_cards/report/page/page.html.j2",
    "data_cards/report/vendor/plot.umd.min.js",
    "data_cards/report/vendor/d3.min.js",
    "pipelines/inspection/page/index.html",
    "pipelines/inspection/page/main.js",
    "dags/glotmill.py",
]
missing = [name for name in wanted if name not in names]
stray = [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/"))]
if missing or stray:
    sys.exit(f"wheel: missing {missing}, not wanted {stray[:5]}")
print(f"wheel: {len(names)} files, all there")
