import { packageBuild } from '../../tsup.base.js';

export default packageBuild([
  'src/index.ts',
  'src/bullmq.ts',
  'src/graphile-worker.ts',
  'src/pg-boss.ts',
  'src/piscina.ts',
]);
