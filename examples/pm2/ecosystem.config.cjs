// PM2 hands its own environment on to all three: PROMETHEUS_MULTIPROC_DIR above all.
module.exports = {
  apps: [
    {
      name: 'shop',
      script: 'dist/server.js',
      exec_mode: 'cluster',
      instances: 3,
      // A worker says when it listens, so that a reload leaves no gap.
      wait_ready: true,
      listen_timeout: 30_000,
    },
    {
      name: 'metrics-pruner',
      script: 'node_modules/@promshard/pruner/dist/bin.js',
      args: '--watch',
    },
    {
      name: 'metrics-exporter',
      script: 'node_modules/@promshard/exporter/dist/bin.js',
    },
  ],
};
