import { packageBuild } from '../../tsup.base.js';

export default packageBuild({ main: 'src/main.ts', demo: 'src/demo/main.ts' });
