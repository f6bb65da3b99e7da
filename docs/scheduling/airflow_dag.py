"""Clean the crawl every night."""

import pendulum
from airflow import DAG
from airflow.operators.bash import BashOperator

with DAG(
    "clean_crawl",
    schedule="15 2 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="clean",
        bash_command="pipeline run /srv/crawl /srv/clean --log json --allow-rejects",
        skip_on_exit_code=6,  # another run holds the output
        retries=3,  # after exit code 5 the run goes on where it stood
        retry_delay=pendulum.duration(minutes=10),
    )
