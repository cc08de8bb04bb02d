// A connection to a server of node:http that is in memory: all of Node's HTTP and of a framework runs, and no kernel.
import { Duplex } from 'node:stream';

class MemoryConnection extends Duplex {
  _read() {}

  _write(_chunk, _encoding, callback) {
    callback();
  }

  _writev(_chunks, callback) {
    callback();
  }

  // What Node.js asks of a socket besides.
  setTimeout() {
    return this;
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }
}

/** Connects to a server; the result sends requests, one after another, and resolves when the last answer has ended. */
export function connectInMemory(server) {
  const connection = new MemoryConnection();
  let onAnswer;
  // The last of the listeners: an answer has ended when all others know.
  server.on('request', (_request, response) => response.on('close', () => onAnswer()));
  server.emit('connection', connection);

  return function send(requests, count) {
    return new Promise((resolve) => {
      let sent = 0;
      onAnswer = () => {
        if (sent === count) resolve();
        else connection.push(requests[sent++ % requests.length]);
      };
      onAnswer();
    });
  };
}
