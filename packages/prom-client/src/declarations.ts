// What index.ts is for the type checker: prom-client itself, so that no program needs another type.
import * as client from 'prom-client-original';

export * from 'prom-client-original';
// oxlint-disable-next-line import/no-default-export -- `import client from 'prom-client'` works with prom-client
export default client;
