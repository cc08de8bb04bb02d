import { packageBuild } from '../../tsup.base.js';

export default {
  ...packageBuild(['src/index.ts', 'src/bin.ts']),
  // tsup leaves out dependencies and peer dependencies by itself, but would bundle an optional one: its addon would
  // then not be found.
  external: ['@promshard/native'],
};
