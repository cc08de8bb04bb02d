import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'examples/*', 'tests'],
    // Real processes share two cores with the runner; a few files at a time keeps their timings honest.
    maxWorkers: 2,
  },
});
