import type { EscapingScheme } from '../escape-name.js';
import type { Exposable } from '../model.js';
import type { RenderOptions } from './left-out.js';
import { renderChunks } from './render-chunks.js';

/** How to write text. */
export interface RenderTextOptions extends RenderOptions {
  /**
   * How names outside of `[a-zA-Z0-9_:]` are written; `underscores`, the only way of text 0.0.4, by default. With
   * another the text is of version 1.0.0, and its content type has to name the scheme: see `contentType`.
   */
  readonly escaping?: EscapingScheme;
}

/**
 * Writes the Prometheus text format.
 *
 * Families and samples keep their order. The types that the format lacks are shown as Python shows them
 * (`TEXT_FORMS`); units and exemplars, which it lacks too, are left out. Values are not judged. Does not throw on
 * any families: what would make the output invalid is left out and told to `onLeftOut`.
 *
 * @returns The whole exposition; empty for no families. `renderChunks` gives it in pieces.
 */
export function renderText(snapshot: Exposable, options: RenderTextOptions = {}): string {
  const { escaping = 'underscores' } = options;
  return [...renderChunks(snapshot, { format: 'text', version: '1.0.0', escaping }, options)].join('');
}
