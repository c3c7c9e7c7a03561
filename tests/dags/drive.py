"""Run by the Airflow environment's Python, for test_glotmill_dag.py: `drive.py inspect|run RESULT [CONF]`.

Writes what it saw as JSON to the file RESULT.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

HEAVY = ("apache_beam", "polars", "pyarrow", "pandas", "datasets", "schemas", "filters", "translators", "pipelines")


def inspect() -> dict[str, Any]:
    """Import the DAG folder and describe what is in it."""
    from airflow.dag_processing.dagbag import DagBag  # type: ignore[import-not-found,unused-ignore]

    before = set(sys.modules)
    bag = DagBag()
    return {
        "import_errors": bag.import_errors,
        "heavy": sorted(name for name in set(sys.modules) - before if name.split(".")[0] in HEAVY),
        "dags": {
            dag.dag_id: {
                "doc_md": dag.doc_md,
                "tags": sorted(dag.tags),
                "catchup": dag.catchup,
                "max_active_runs": dag.max_active_runs,
                "scheduled": dag.timetable.can_be_scheduled,
                "params": {name: dag.params.get_param(name).schema for name in dag.params},
                "tasks": {
                    task.task_id: {
                        "owner": task.owner,
                        "retries": task.retries,
                        "retry_delay": task.retry_delay.total_seconds(),
                        "doc_md": task.doc_md,
                        "downstream": sorted(task.downstream_task_ids),
                    }
                    for task in dag.tasks
                },
            }
            for dag in bag.dags.values()
        },
    }


def run(conf: dict[str, Any]) -> dict[str, Any]:
    """Run the DAG as a trigger with `conf` would."""
    from airflow.dag_processing.dagbag import DagBag

    dag = DagBag().dags["glotmill"]
    for task in dag.tasks:
        task.retry_delay = timedelta(seconds=0)  # nobody waits five minutes in a test
    result = dag.test(run_conf=conf, use_executor=False)
    tasks = {one.task_id: one for one in result.get_task_instances()}
    return {
        "state": str(result.state),
        "tasks": {
            name: {"state": str(one.state), "tries": one.try_number, "xcom": one.xcom_pull(task_ids=name)}
            for name, one in tasks.items()
        },
    }


if __name__ == "__main__":
    found = inspect() if sys.argv[1] == "inspect" else run(json.loads(sys.argv[3]))
    Path(sys.argv[2]).write_text(json.dumps(found), encoding="utf-8")
