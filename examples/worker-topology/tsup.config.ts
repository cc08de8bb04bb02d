import { packageBuild } from '../../tsup.base.js';

// One entry per process of the topology, and the demo that plays their deployment.
export default packageBuild({
  api: 'src/api/main.ts',
  demo: 'src/demo/main.ts',
  'embedded-broker': 'src/broker/embedded-main.ts',
  exporter: 'src/exporter/main.ts',
  'prepare-broker': 'src/broker/prepare-main.ts',
  worker: 'src/worker/main.ts',
  'worker-parent': 'src/worker-parent/main.ts',
});
