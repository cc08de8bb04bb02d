import { packageBuild } from '../../tsup.base.js';

export default packageBuild(
  ['src/index.ts', 'src/join.ts'],
  // The declarations are prom-client's own.
  { index: 'src/declarations.ts', join: 'src/join.ts' },
);
