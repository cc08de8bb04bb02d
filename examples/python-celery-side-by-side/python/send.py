"""Sends jobs to Celery: lines of JSON from the standard input, ``{"task": …, "args": [ … ]}``."""

import json
import sys

from tasks import app

for line in sys.stdin:
    job = json.loads(line)
    app.send_task(job["task"], args=job["args"])
