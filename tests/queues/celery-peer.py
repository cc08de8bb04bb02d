"""Celery on PostgreSQL: does what the lines of its input say, and answers each with a line of JSON.

    send QUEUE COUNT [SENT_AT]   sends tasks; with a time, each has it in the header `sent_at`
    work QUEUE COUNT             a worker takes and runs that many, and ends; once, as a process has one worker
    take QUEUE COUNT             takes messages and never acknowledges them
    finish QUEUE COUNT           takes messages and acknowledges them
    size QUEUE                   how many messages kombu itself says there are to be delivered
    ping                         asks all workers, which makes a queue for their replies
    purge QUEUE
"""

import json
import sys

from celery import Celery
from celery.signals import before_task_publish, task_postrun
from kombu import Queue

url = sys.argv[1].replace("postgres://", "sqla+postgresql+psycopg2://", 1)
app = Celery("shop", broker=url)
app.conf.update(
    broker_transport_options={}, task_ignore_result=True, worker_prefetch_multiplier=1, broker_connection_retry_on_startup=False
)
sent_at = None


@app.task(name="shop.work")
def work():
    """Does nothing."""


@before_task_publish.connect
def say_when(headers=None, **_):
    if sent_at is not None:
        headers["sent_at"] = sent_at


def run_worker(queue, count):
    done = 0
    worker = app.Worker(pool="solo", queues=[queue], loglevel="ERROR", quiet=True, without_mingle=True, without_gossip=True)

    @task_postrun.connect(weak=False, dispatch_uid="count")
    def count_run(**_):
        nonlocal done
        done += 1
        if done == count:
            worker.stop()

    try:
        worker.start()
    except SystemExit:
        pass
    return done


def answer(line):
    global sent_at
    command, *rest = json.loads(line)
    if command == "send":
        queue, count, *when = rest
        sent_at = when[0] if when else None
        for _ in range(count):
            app.send_task("shop.work", queue=queue)
        return count
    if command == "work":
        return run_worker(*rest)
    with app.connection() as connection:
        if command == "ping":
            return len(app.control.inspect(timeout=0.2).ping() or {})
        channel = connection.default_channel
        queue = Queue(rest[0], channel=channel)
        if command == "size":
            return channel._size(rest[0])
        if command == "purge":
            return channel._purge(rest[0])
        if command == "take":
            return [queue.get() is not None for _ in range(rest[1])].count(True)
        if command == "finish":
            return [queue.get(no_ack=True) is not None for _ in range(rest[1])].count(True)
    raise ValueError(command)


out = sys.stdout
sys.stdout = sys.stderr
for line in sys.stdin:
    print(json.dumps(answer(line)), file=out, flush=True)
