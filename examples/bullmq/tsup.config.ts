import { packageBuild } from '../../tsup.base.js';

export default packageBuild({
  api: 'src/api/main.ts',
  worker: 'src/worker/main.ts',
  'worker-parent': 'src/worker-parent/main.ts',
});
