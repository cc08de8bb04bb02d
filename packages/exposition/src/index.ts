export { escapeName, ESCAPING_SCHEMES, type EscapingScheme, type NameKind } from './escape-name.js';
export type { Exemplar, Exposable, LabelPair, MetricFamily, MetricType, Sample } from './model.js';
export { ExpositionParseError, type ExpositionParseErrorCode } from './parse/exposition-parse-error.js';
export {
  type ExpositionFormat,
  type ParsedExposition,
  parseExposition,
  type ParseOptions,
} from './parse/parse-exposition.js';
export type { LeftOut, LeftOutCode, RenderOptions } from './render/left-out.js';
export { renderBytes, type RenderBytesOptions } from './render/render-bytes.js';
export { renderChunks } from './render/render-chunks.js';
export { RenderMemory, type RenderMemoryOptions } from './render/render-memory.js';
export { renderOpenMetrics, type RenderOpenMetricsOptions } from './render/render-openmetrics.js';
export { renderText, type RenderTextOptions } from './render/render-text.js';
export { CONTENT_TYPE_OPENMETRICS, CONTENT_TYPE_TEXT, contentType, type WireFormat } from './wire-format.js';
