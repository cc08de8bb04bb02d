"""Answers JSON lines with what prometheus_client does, in many directories of one process.

Numbers travel as Python's repr, which is exact and knows nan and inf.
"""

import gc
import glob
import json
import os
import sys
import types

os.environ['PROMETHEUS_MULTIPROC_DIR'] = '/nonexistent'

from prometheus_client import Counter, Gauge, Histogram, Summary, metrics, values
from prometheus_client.multiprocess import MultiProcessCollector

clock = {'now': 0.0}
# Only the most-recent gauges ask for the time.
metrics.time = types.SimpleNamespace(time=lambda: clock['now'])


def collect(request):
    # The order of files decides about equal timestamps, NaN and rounding: it is fixed here.
    files = sorted(glob.glob(os.path.join(request['dir'], '*.db')))
    return [
        [m.name, m.type, m.documentation,
         [[s.name, sorted(s.labels.items()), repr(float(s.value))] for s in m.samples]]
        for m in MultiProcessCollector.merge(files)
    ]


def make(metric):
    common = dict(labelnames=metric['labelNames'], registry=None)
    name, text, kind = metric['name'], metric['help'], metric['type']
    if kind == 'counter':
        return Counter(name, text, **common)
    if kind == 'gauge':
        return Gauge(name, text, multiprocess_mode=metric['mode'], **common)
    if kind == 'histogram':
        return Histogram(name, text, buckets=[float(b) for b in metric['buckets']], **common)
    return Summary(name, text, **common)


def write(request):
    os.environ['PROMETHEUS_MULTIPROC_DIR'] = request['dir']
    # One class of values is one process: it has files of its own, under the name that it is given.
    values.ValueClass = metrics.values.ValueClass = values.MultiProcessValue(lambda: request['pid'])
    made = [make(metric) for metric in request['metrics']]
    for index, labels, method, value, now in request['operations']:
        clock['now'] = now
        child = made[index].labels(*labels) if labels else made[index]
        getattr(child, method)(float(value))
    # Descriptors are few. The old client closes its files when they are collected.
    made.clear()
    getattr(values, 'close_all_multiprocess_files', gc.collect)()
    return None


def modes(_):
    return sorted(Gauge._MULTIPROC_MODES)


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {'ok': {'collect': collect, 'write': write, 'modes': modes}[request['do']](request)}
    except Exception as error:
        answer = {'error': repr(error)}
    print(json.dumps(answer), flush=True)
