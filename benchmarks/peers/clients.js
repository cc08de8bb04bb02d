// The clients that writers are compared with. They are loaded by name, so that one which this Node.js does not run is left
// out, and a process that measures one loads no other.
const PEERS = {
  'prom-client 15.1.3': { load: () => import('prom-client'), leastNode: 0 },
  '@platformatic/prom-client 1.0.0': { load: () => import('@platformatic/prom-client'), leastNode: 0 },
  // Its `engines` begin there.
  '@prometheus-io/client 0.16.1': { load: () => import('@prometheus-io/client'), leastNode: 22 },
};

/** The names of the peers that run on this Node.js; prom-client comes first. */
export function peerNames() {
  const node = Number(process.versions.node.split('.')[0]);
  return Object.keys(PEERS).filter((name) => PEERS[name].leastNode <= node);
}

/** The classes of a peer. */
export async function loadPeer(name) {
  const module = await PEERS[name].load();
  return module.default?.Counter === undefined ? module : module.default;
}
