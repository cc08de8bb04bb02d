import { packageBuild } from '../../tsup.base.js';

export default packageBuild({ 'worker-pool': 'src/worker-pool/main.ts', worker: 'src/worker/main.ts' });
