import { packageBuild } from '../../tsup.base.js';

export default packageBuild({
  index: 'src/index.ts',
  bin: 'src/bin.ts',
  'node-http': 'src/handlers/node-http.ts',
  fastify: 'src/handlers/fastify.ts',
  hono: 'src/handlers/hono.ts',
});
