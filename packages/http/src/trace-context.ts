/** The parts of OpenTelemetry's context manager that are used, as `@opentelemetry/api` registers it. */
interface ContextManager {
  active(): { getValue(key: symbol): unknown };
  with(context: unknown, call: () => void): void;
}

interface Span {
  spanContext?(): { readonly traceId?: string; readonly spanId?: string; readonly traceFlags?: number };
}

/** Where every copy of `@opentelemetry/api` 1.x finds the others, and its key of the active span. Nothing is imported. */
const API = Symbol.for('opentelemetry.js.api.1');
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN');
const SAMPLED = 1;

function contextManager(): ContextManager | undefined {
  return (globalThis as { readonly [API]?: { readonly context?: ContextManager } })[API]?.context;
}

/** OpenTelemetry's context here, with its active span; undefined where there is no OpenTelemetry. */
export function activeContext(): unknown {
  return contextManager()?.active();
}

/** Observes in a context from before: an answer's end comes from a socket, where no span is active. */
export function observeWithin(
  context: unknown,
  observer: { observe(value: number): void },
  value: number,
): void {
  const manager = context === undefined ? undefined : contextManager();
  if (manager === undefined) observer.observe(value);
  else manager.with(context, () => observer.observe(value));
}

/** The labels of an exemplar for the active span, if it is sampled. */
export function spanLabels(): Record<string, string> | undefined {
  const span = contextManager()?.active().getValue(SPAN) as Span | undefined;
  const { traceId, spanId, traceFlags = 0 } = span?.spanContext?.() ?? {};
  if (traceId === undefined || spanId === undefined || (traceFlags & SAMPLED) === 0) return undefined;
  return { trace_id: traceId, span_id: spanId };
}
