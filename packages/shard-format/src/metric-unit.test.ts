import { expect, test } from 'vitest';

import { unitOfName } from './metric-unit.js';

test.each([
  ['request_duration_seconds', 'seconds'],
  ['process_resident_memory_bytes', 'bytes'],
  ['cache_hit_ratio', 'ratio'],
  ['seconds', undefined],
  ['_seconds', undefined],
  ['seconds_since', undefined],
  ['request_milliseconds', undefined],
  ['jobs', undefined],
  ['', undefined],
])('the name %s says the unit %s', (name, unit) => expect(unitOfName(name)).toBe(unit));
