"""Airflow DAGs: they call the command and import Airflow alone."""
