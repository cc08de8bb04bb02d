import type { IncomingMessage, ServerResponse } from 'node:http';

import { type Answer, plainAnswer, sendAnswer } from './answer.js';
import type { ScrapeDesk } from './answer-scrape.js';
import { scrapeDeadlineMs } from './deadline.js';
import { type Gate, openGate } from './gate.js';
import { LANDING_PAGE } from './landing-page.js';
import { type RouteOptions, routeOf } from './route.js';
import type { UnreadAnswers } from './unread-answers.js';

const TIMEOUT_HEADER = 'x-prometheus-scrape-timeout-seconds';

/** How many requests of one connection may wait for their answers; Prometheus sends one after another. */
const MAX_PIPELINED = 8;

/** What a request handler needs. */
export interface HandlerOptions {
  readonly desk: ScrapeDesk;
  readonly unread: UnreadAnswers;
  /** Told of a request that failed; the client gets a fixed text, never the error's. */
  readonly onError: (error: unknown) => void;
  /** Who is let in; everybody by default. */
  readonly gate?: Gate;
  /** Which routes there are; `/metrics` alone by default. */
  readonly routes?: RouteOptions;
  /** What a request asks for; the URL of its request line by default. */
  readonly targetOf?: (request: IncomingMessage) => string | undefined;
  /** Says whether the directory can be read, for `/-/ready`; it can by default. */
  readonly isReady?: () => boolean;
  /** Says whether the server takes no more connections; answers then end the ones they travel on. */
  readonly isClosing?: () => boolean;
}

/** Answers one request; never throws or rejects. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Makes the handler: the gate, then the route, then the answer. */
export function createRequestHandler({
  desk,
  unread,
  onError,
  gate = openGate,
  routes = {},
  targetOf = (request) => request.url,
  isReady = () => true,
  isClosing = () => false,
}: HandlerOptions): RequestHandler {
  const pipelined = new WeakMap<object, number>();

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const route = routeOf(request.method, targetOf(request), routes);
    switch (route.kind) {
      case 'metrics':
        return desk.answer({
          names: route.names,
          accept: request.headers.accept,
          acceptEncoding: request.headers['accept-encoding']?.toString(),
          timeoutSeconds: timeoutOf(request),
        });
      case 'landing':
        return LANDING_PAGE;
      case 'healthy':
        return plainAnswer(200, 'healthy');
      case 'ready':
        return isReady() ? plainAnswer(200, 'ready') : plainAnswer(503, 'not ready');
      case 'not-found':
        return plainAnswer(404, 'not found');
      case 'method-not-allowed':
        return plainAnswer(405, 'method not allowed', { allow: 'GET, HEAD' });
    }
  }

  /** Says whether the connection may have one more request, and counts it until its answer is gone. */
  function isPatient(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request;
    const waiting = pipelined.get(socket) ?? 0;
    if (waiting >= MAX_PIPELINED) {
      socket.destroy();
      return false;
    }
    pipelined.set(socket, waiting + 1);
    response.once('close', () => pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1));
    return true;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const admission = await gate.admit(request);
      for (const [name, value] of Object.entries(admission.headers)) response.setHeader(name, value ?? '');
      const answer = admission.kind === 'admitted' ? await answerTo(request) : admission.answer;
      if (response.destroyed) return;
      // A client that keeps its connection busy must not hold up the end.
      if (isClosing()) response.shouldKeepAlive = false;
      sendAnswer(response, answer, onError);
      unread.watch(response, scrapeDeadlineMs(timeoutOf(request)));
    } catch (error) {
      onError(error);
      if (response.headersSent) response.destroy();
      else sendAnswer(response, plainAnswer(500, 'scrape failed'));
    }
  }

  return (request, response) => {
    if (request.socket.destroyed || !isPatient(request, response)) return;
    // Behind another answer on the same connection there is no socket yet: one connection has one scrape at a time.
    if (response.socket === null) response.once('socket', () => void handle(request, response));
    else void handle(request, response);
  };
}

function timeoutOf(request: IncomingMessage): string | undefined {
  return request.headers[TIMEOUT_HEADER]?.toString();
}
