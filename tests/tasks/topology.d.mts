import type { Topology } from '@promshard/tasks';

/** What the workers of these tests serve. */
export const topology: Topology;
