import { openShardStore } from '@promshard/writer/metrics';

// Importing this file is the decision to join: `node --import prom-client/join server.js`, or the first import of the
// program. Settings come from the environment.
openShardStore();
