import { packageBuild } from '../../tsup.base.js';

export default packageBuild({ server: 'src/main.ts' });
