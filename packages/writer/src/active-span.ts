/** What an exemplar needs of a span. */
export interface ActiveSpan {
  readonly traceId: string;
  readonly spanId: string;
}

/** The parts of `@opentelemetry/api` that are used, as it registers them on the global object. */
interface RegisteredApi {
  readonly context?: { active?(): { getValue?(key: symbol): unknown } | undefined };
}

interface Span {
  spanContext?():
    | { readonly traceId?: unknown; readonly spanId?: unknown; readonly traceFlags?: unknown }
    | undefined;
}

/**
 * Where every copy of `@opentelemetry/api` 1.x finds the others (its `internal/global-utils`), and the key of the active span in a
 * context (its `trace/context-utils`; keys are made by `Symbol.for`). Nothing has to be imported, so nothing has to be installed.
 */
const API = Symbol.for('opentelemetry.js.api.1');
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN');
const SAMPLED = 1;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

/** Whether there is an OpenTelemetry that knows of active spans. */
export function hasActiveSpans(): boolean {
  return (globalThis as { readonly [API]?: RegisteredApi })[API]?.context !== undefined;
}

/**
 * The span that is active here by OpenTelemetry, if it is sampled: a trace that nobody keeps is no example. Undefined
 * where there is none, or no OpenTelemetry; never throws.
 */
export function activeSpan(): ActiveSpan | undefined {
  const api = (globalThis as { readonly [API]?: RegisteredApi })[API];
  if (api?.context === undefined) return undefined;
  try {
    const span = api.context.active?.()?.getValue?.(SPAN) as Span | undefined;
    const { traceId, spanId, traceFlags } = span?.spanContext?.() ?? {};
    if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined;
    const isSampled = typeof traceFlags === 'number' && (traceFlags & SAMPLED) !== 0;
    return isSampled && TRACE_ID.test(traceId) && SPAN_ID.test(spanId) ? { traceId, spanId } : undefined;
  } catch {
    // Of whatever else is registered under that name.
    return undefined;
  }
}
