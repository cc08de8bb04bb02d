import { brokerAddress } from './connect.js';
import { prepareBroker } from './prepare.js';

// A step of the deployment, to its end, before the processes that need the queues start. The demo does without: it calls
// prepareBroker() itself.
await prepareBroker(brokerAddress(process.env));
console.log('the schema and the queues are ready');
