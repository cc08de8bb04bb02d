"""Prints how many jobs ended how, as Celery's result backend has it."""

import json
import sqlite3
import sys

results = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
rows = results.execute("SELECT status, count(*) FROM celery_taskmeta GROUP BY status")
print(json.dumps(dict(rows.fetchall())))
