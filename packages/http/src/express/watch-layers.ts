import type { IncomingMessage, ServerResponse } from 'node:http';

import { type Exchange, exchangeOf } from '../exchange.js';
import { type DeclaredPath, type Layer, templatesOf } from './layer-template.js';
import type { Mount } from './mount.js';

/** What is read of a request while routers look at it. */
export interface RoutedRequest extends IncomingMessage {
  readonly baseUrl?: string;
}

type Next = (error?: unknown) => void;
type HandleRequest = (this: Layer, request: RoutedRequest, response: ServerResponse, next: Next) => unknown;
type Use = (this: LayerStack, ...args: unknown[]) => unknown;

/** A router. */
export interface LayerStack {
  readonly stack: Layer[];
}

/** `router` has the one, Express 4 the other. */
type HandleName = 'handleRequest' | 'handle_request';

/** The routers' own prototypes are changed once, by whichever copy of this package comes first. */
const WATCHED: unique symbol = Symbol.for('@promshard/http watched') as never;

const TEMPLATES = new WeakMap<Layer, readonly string[]>();
const RECORDED = new WeakMap<Layer, DeclaredPath>();

/** Follows requests through the routers of the copy of Express that this one is of: their layers and those to come. */
export function watchRouter(router: LayerStack): void {
  const owner = ownerOf(router, 'use');
  if (owner !== undefined && markWatched(owner)) recordUse(owner as { use: Use });
  const [layer] = router.stack;
  if (layer !== undefined) watchLayers(layer);
}

function watchLayers(layer: Layer): void {
  for (const name of ['handleRequest', 'handle_request'] as const) {
    const owner = ownerOf(layer, name);
    if (owner !== undefined && markWatched(owner))
      followRequests(owner as Record<HandleName, HandleRequest>, name);
  }
}

/** Whoever has the function itself and does not inherit it. */
function ownerOf(object: object, name: string): object | undefined {
  let owner: object | null = object;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null;
  return owner ?? undefined;
}

function markWatched(owner: object): boolean {
  if (WATCHED in owner) return false;
  Object.defineProperty(owner, WATCHED, { value: true });
  return true;
}

/** Keeps the paths of mounts, which layers before `router` 2.3 do not say. */
function recordUse(owner: { use: Use }): void {
  const { use } = owner;
  owner.use = function (...args) {
    const before = this.stack?.length ?? 0;
    const result = use.apply(this, args);
    const [path] = args;
    if (isPath(path)) for (const layer of this.stack?.slice(before) ?? []) RECORDED.set(layer, path);
    return result;
  };
}

function isPath(argument: unknown): argument is DeclaredPath {
  if (Array.isArray(argument)) return argument.length > 0 && argument.every(isPath);
  return typeof argument === 'string' || argument instanceof RegExp;
}

function followRequests(owner: Record<HandleName, HandleRequest>, name: HandleName): void {
  const handleRequest = owner[name];
  owner[name] = function (request, response, next) {
    const exchange = exchangeOf(response);
    if (exchange?.mount === undefined) return handleRequest.call(this, request, response, next);
    const templates = TEMPLATES.get(this) ?? readTemplates(this);
    const mount = exchange.mount as Mount;
    const template = templates.length === 1 ? (templates[0] as string) : chosen(this, request, exchange);
    if (this.route !== undefined) {
      // Express asks each route whose path matches about HEAD.
      if (request.method !== 'HEAD' || takesHead(this.route)) exchange.route = mount.route(template);
      return handleRequest.call(this, request, response, next);
    }
    if (template === '/') return handleRequest.call(this, request, response, next);
    // A route before this mount has passed the request on.
    exchange.route = undefined;
    const { baseUrl } = exchange;
    exchange.mount = mount.child(template);
    exchange.baseUrl = request.baseUrl ?? '';
    return handleRequest.call(this, request, response, (error) => {
      exchange.mount = mount;
      exchange.baseUrl = baseUrl;
      next(error);
    });
  };
}

function readTemplates(layer: Layer): readonly string[] {
  const templates = templatesOf(layer, RECORDED.get(layer));
  TEMPLATES.set(layer, templates);
  // A router of another copy of the package has layers of its own.
  const [inner] = (layer.handle as Partial<LayerStack> | undefined)?.stack ?? [];
  if (inner !== undefined) watchLayers(inner);
  return templates;
}

function takesHead({ methods }: NonNullable<Layer['route']>): boolean {
  return methods['_all'] === true || methods['head'] === true || methods['get'] === true;
}

/** Which path of an array it was that matched: the first one does. */
function chosen(layer: Layer, request: RoutedRequest, exchange: Exchange): string {
  const templates = TEMPLATES.get(layer) ?? [];
  const path =
    layer.route === undefined
      ? (request.baseUrl ?? '').slice(exchange.baseUrl.length) || '/'
      : ((request.url ?? '').split('?')[0] ?? '');
  const index = layer.matchers?.findIndex((matches) => matches(path) !== false) ?? -1;
  // Express 4 has one expression for all of them.
  return templates[index] ?? templates.join('|');
}
