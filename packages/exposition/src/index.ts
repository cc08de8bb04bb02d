export { CONTENT_TYPE_OPENMETRICS, CONTENT_TYPE_TEXT } from './content-type.js';
export type { Exemplar, Exposable, LabelPair, MetricFamily, MetricType, Sample } from './model.js';
export { ExpositionParseError, type ExpositionParseErrorCode } from './parse/exposition-parse-error.js';
export {
  type ExpositionFormat,
  type ParsedExposition,
  parseExposition,
  type ParseOptions,
} from './parse/parse-exposition.js';
export type { LeftOut, LeftOutCode, RenderOptions } from './render/left-out.js';
export { renderOpenMetrics } from './render/render-openmetrics.js';
export { renderText } from './render/render-text.js';
