import { packageBuild } from '../../tsup.base.js';

export default packageBuild(['src/index.ts', 'src/dead-letters/index.ts', 'src/dead-letters/bin.ts']);
