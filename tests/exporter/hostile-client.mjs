// Opens connections to an exporter and behaves badly on them until its standard input ends.
//   node hostile-client.mjs BEHAVIOUR PORT CONNECTIONS
// Prints how many connections were established, once all have been tried.
import { connect } from 'node:net';

const [, , behaviour, port, count] = process.argv;
const REQUEST = 'GET /metrics HTTP/1.1\r\nHost: exporter.example.com\r\n';

/** What is done with a connection that is open. */
const BEHAVIOURS = {
  silent: () => {},
  // A header that never ends, a byte at a time.
  'slow-headers': (socket) => {
    socket.write(`${REQUEST}X-Slow: `);
    setInterval(() => socket.write('x'), 100).unref();
  },
  // Asks and never reads.
  'slow-reader': (socket) => {
    socket.pause();
    socket.write(`${REQUEST}\r\n`);
  },
  // A body without end where none should be.
  'endless-body': (socket) => {
    socket.write(`${REQUEST}Transfer-Encoding: chunked\r\n\r\n`);
    setInterval(() => socket.write('5\r\nxxxxx\r\n'), 50).unref();
  },
  'huge-headers': (socket) => {
    socket.write(REQUEST + `X-Huge: ${'x'.repeat(1000)}\r\n`.repeat(1000));
  },
  pipelining: (socket) => {
    socket.pause();
    socket.write(`${REQUEST}\r\n`.repeat(10_000));
  },
};

let left = Number(count);
let tried = 0;
let established = 0;

function open() {
  if (left === 0) return;
  left -= 1;
  const socket = connect(Number(port), '127.0.0.1');
  const settle = () => {
    tried += 1;
    if (tried === Number(count)) console.log(`established ${established}`);
    open();
  };
  socket.once('connect', () => {
    established += 1;
    BEHAVIOURS[behaviour](socket);
    settle();
  });
  // The exporter ends most of them.
  socket.on('error', () => {
    if (socket.connecting) settle();
  });
}

for (let lane = 0; lane < 100; lane++) open();
process.stdin.resume().once('end', () => process.exit());
setInterval(() => {}, 60_000);
