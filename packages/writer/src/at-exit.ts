const tasks = new Set<() => void>();

/**
 * Has a task run when the process ends, in a worker thread when the thread does. However many tasks there are,
 * `process` has one listener for all: it takes many for a leak, and warns.
 *
 * @returns Takes the task away again.
 */
export function atExit(task: () => void): () => void {
  if (tasks.size === 0) process.on('exit', runAll);
  tasks.add(task);
  return () => {
    tasks.delete(task);
    if (tasks.size === 0) process.removeListener('exit', runAll);
  };
}

function runAll(): void {
  for (const task of tasks) task();
}
