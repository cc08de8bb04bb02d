import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type MetricFamily,
  parseExposition,
  renderOpenMetrics,
  renderText,
  type Sample,
} from '../src/index.js';
import { families } from './arbitrary-families.js';
import { refusal } from './refusal.js';

test('what renderOpenMetrics writes, the parser reads back the same', () => {
  fc.assert(
    fc.property(families, (given) => {
      const parsed = parseExposition(renderOpenMetrics({ families: given }), { format: 'openmetrics' });
      expect(parsed.families).toEqual(given);
    }),
  );
});

test('what renderText writes, the parser reads back the same but for exemplars and blanks around help', () => {
  fc.assert(
    fc.property(families, (given) => {
      expect(parseExposition(renderText({ families: given })).families).toEqual(given.map(asTextCarriesIt));
    }),
  );
});

test('nothing is left out of valid families', () => {
  fc.assert(
    fc.property(families, (given) => {
      const onLeftOut = (): never => expect.unreachable();
      renderText({ families: given }, { onLeftOut });
      renderOpenMetrics({ families: given }, { onLeftOut });
    }),
  );
});

test('a damaged exposition is taken or refused with an ExpositionParseError', () => {
  const damage = fc.array(
    fc.record({
      at: fc.nat(),
      remove: fc.nat(4),
      insert: fc.oneof(
        fc.constantFrom(
          '\n',
          '"',
          '\\',
          '{',
          '}',
          ' ',
          '#',
          ',',
          '=',
          '# EOF\n',
          '# TYPE ',
          'NaN',
          '1e999',
          '\ud800',
        ),
        fc.string({ maxLength: 3, unit: 'binary' }),
      ),
    }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(families, damage, (given, places) => {
      for (const format of ['text', 'openmetrics'] as const) {
        let text =
          format === 'text' ? renderText({ families: given }) : renderOpenMetrics({ families: given });
        for (const { at, remove, insert } of places) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + remove);
        }
        expect(refusal(text, format)).toMatch(/^taken$|^[a-z-]+ \d+:\d+$/);
      }
    }),
    { numRuns: 500 },
  );
});

test('any string is taken or refused with an ExpositionParseError', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(refusal(text, 'text')).toMatch(/^taken$|^[a-z-]+ \d+:\d+$/);
      expect(refusal(text, 'openmetrics')).toMatch(/^[a-z-]+ \d+:\d+$/);
    }),
  );
});

function asTextCarriesIt(family: MetricFamily): MetricFamily {
  const help = family.help.replace(/^[ \t]+|[ \t]+$/g, '');
  const samples = family.samples.map(({ exemplar: _, ...sample }): Sample => sample);
  return { ...family, help, samples };
}
