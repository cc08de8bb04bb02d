import { packageBuild } from '../../tsup.base.js';

// `scan-thread` is a worker thread's program, found beside the chunk that starts it.
export default packageBuild({
  index: 'src/index.ts',
  bin: 'src/bin.ts',
  'no-listen': 'src/no-listen.ts',
  'scan-thread': 'src/scan/scan-thread.ts',
});
