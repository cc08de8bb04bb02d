import { packageBuild } from '../../tsup.base.js';

export default packageBuild(['src/index.ts', 'src/fastify.ts', 'src/express.ts']);
