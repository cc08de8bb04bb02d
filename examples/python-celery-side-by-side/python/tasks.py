"""The Celery application: ``celery --app tasks worker``."""

import hashlib
import os
import time

from celery import Celery
from kombu.transport import sqlalchemy as sql_transport

import task_metrics  # noqa: F401: connects the signals

app = Celery(
    "side-by-side",
    broker=os.environ["CELERY_BROKER_URL"],
    backend=os.environ["CELERY_RESULT_BACKEND"],
)
app.conf.update(
    # The job of a killed process is sent anew. (Rejecting it would use the SQL transport's session, which the consuming thread is
    # using at that moment: SQLAlchemy then ends the worker.)
    task_acks_late=True,
    task_retry_on_worker_lost=True,
    task_annotations={"*": {"default_retry_delay": 1}},
    # How long a result is waited for that the killed process may have sent; ten seconds by default.
    worker_lost_wait=1,
    # A database cannot broadcast, which remote control needs.
    worker_enable_remote_control=False,
)

# A database is asked for jobs again and again, once a second by default. As an option of the transport this would be handed on
# to SQLAlchemy, which refuses it.
sql_transport.Transport.polling_interval = 0.1


@app.task(name="hash-file")
def hash_file(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


@app.task(name="call-service")
def call_service(seconds):
    """Stands for a service that takes its time."""
    time.sleep(seconds)
