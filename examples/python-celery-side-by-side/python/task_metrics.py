"""What Celery's processes count, by its signals.

A series is one over all processes if its names, labels and help text are the same: these are those of
``src/worker/task-metrics.ts``. Values lie in ``PROMETHEUS_MULTIPROC_DIR``, one set of files for each process; the library
looks for that variable when it is imported.
"""

import os
import time

from celery.signals import (
    task_failure,
    task_postrun,
    task_prerun,
    task_success,
    worker_process_shutdown,
)
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.multiprocess import mark_process_dead

STARTED = Counter("task_started_total", "Attempts that a worker has begun.", ["task_name"])
SUCCEEDED = Counter("task_success_total", "Attempts that ended well.", ["task_name"])
FAILED = Counter("task_failure_total", "Attempts that ended with an error.", ["task_name"])
DURATION = Histogram(
    "task_duration_seconds",
    "How long an attempt took, however it ended.",
    ["task_name"],
    buckets=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
)
IN_PROGRESS = Gauge(
    "tasks_in_progress",
    "Attempts under way.",
    ["task_name"],
    multiprocess_mode="livesum",
)

_began = {}


@task_prerun.connect
def count_start(task_id, task, **_):
    _began[task_id] = time.perf_counter()
    STARTED.labels(task.name).inc()
    IN_PROGRESS.labels(task.name).inc()


@task_success.connect
def count_success(sender, **_):
    SUCCEEDED.labels(sender.name).inc()


@task_failure.connect
def count_failure(sender, **_):
    FAILED.labels(sender.name).inc()


@task_postrun.connect
def count_end(task_id, task, **_):
    IN_PROGRESS.labels(task.name).dec()
    DURATION.labels(task.name).observe(time.perf_counter() - _began.pop(task_id))


@worker_process_shutdown.connect
def forget_live_gauges(pid, **_):
    # A killed process cannot do this: what it leaves, the pruner takes away.
    mark_process_dead(pid)
