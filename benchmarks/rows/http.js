// What counting costs a request, beside express-prom-bundle, fastify-metrics and @hono/prometheus.
//
// Each candidate is a whole server on a connection in memory, in a process of its own. Batches of requests alternate between
// the candidates of a framework; what counting costs is the difference of processor time to the server that does not count,
// in the same round. Ours keeps four families, the peers one (@hono/prometheus two).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { median, printTable, QUICK, ratio } from '../report.js';

const ROUNDS = QUICK ? 2 : 41;
const BATCH = QUICK ? 100 : 2000;
const WARM_UP = QUICK ? 1 : 10;
const SERVER = fileURLToPath(new URL('../http-process.js', import.meta.url));

const PEERS = {
  Express: 'express-prom-bundle 8.0.0',
  Fastify: 'fastify-metrics 13.2.1, histogram only',
  Hono: '@hono/prometheus 1.0.3',
  Koa: undefined,
  'node:http': undefined,
};

const table = [];
for (const [framework, peer] of Object.entries(PEERS)) {
  const cost = await compare(framework, ['bare', 'shards', 'registry', ...(peer ? ['peer'] : [])]);
  table.push([
    framework,
    us(cost.bare),
    us(cost.shards),
    us(cost.registry),
    us(cost.peer),
    peer ?? '–',
    ratio(cost.peer, cost.shards),
    ratio(cost.peer, cost.registry),
  ]);
}
printTable(
  'HTTP: processor time of a request, and what metrics add to it',
  [
    'framework',
    'without metrics',
    'promshard, shards',
    'promshard, `registry`',
    'peer',
    'which one',
    'peer, of shards',
    'peer, of `registry`',
  ],
  table,
);

/** Microseconds of a request without metrics, and what each of the others adds to it: medians over the rounds. */
async function compare(framework, candidates) {
  const servers = await Promise.all(
    candidates.map(async (candidate) => {
      const server = fork(SERVER, [framework, candidate]);
      await once(server, 'message');
      return server;
    }),
  );
  for (let i = 0; i < WARM_UP; i++) for (const server of servers) await ask(server, { batch: BATCH });
  const samples = candidates.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    const took = [];
    for (let i = 0; i < servers.length; i++) {
      const each = (i + round) % servers.length;
      took[each] = (await ask(servers[each], { batch: BATCH })).micros;
    }
    for (const [i, micros] of took.entries()) samples[i].push(i === 0 ? micros : micros - took[0]);
  }
  for (const [i, server] of servers.entries()) {
    const { counted } = await ask(server, { end: true });
    // What was not counted cost nothing.
    const sent = candidates[i] === 'bare' ? 0 : BATCH * (WARM_UP + ROUNDS);
    if (counted !== sent) throw new Error(`${framework}, ${candidates[i]}: ${counted} counted of ${sent}`);
  }
  return Object.fromEntries(candidates.map((candidate, i) => [candidate, median(samples[i])]));
}

async function ask(server, message) {
  const answer = once(server, 'message');
  server.send(message);
  const [said] = await answer;
  return said;
}

function us(value) {
  return value === undefined ? '–' : `${value.toFixed(2)} µs`;
}
