import { ExpositionParseError, type ExpositionParseErrorCode, parseExposition } from '@promshard/exposition';

import { corpus, mutate, seededNumbers } from '../../packages/exposition/test/mutate.js';
import type { Disagreement } from './disagreements.js';
import type { JudgedDocument } from './other-parsers.js';

/** The corpus, and so many mutations of it, the same ones for the same seed. */
export function mutatedDocuments(count: number, seed: number): readonly JudgedDocument[] {
  const documents = corpus();
  const below = seededNumbers(seed);
  const mutated = Array.from({ length: count }, () => mutate(documents, below));
  return [...documents, ...mutated].map(({ text, options }) => ({
    // What a wire can carry.
    text: Buffer.from(text).toString(),
    format: options.format,
    quoted: options.format === 'text' || options.escaping === 'allow-utf-8',
  }));
}

/** What our parser says: nothing where it takes the document. */
export function judgeByOurs({ text, format, quoted }: JudgedDocument): ExpositionParseError | undefined {
  try {
    parseExposition(text, { format, ...(quoted ? { escaping: 'allow-utf-8' } : {}) });
    return undefined;
  } catch (error) {
    if (error instanceof ExpositionParseError) return error;
    throw error;
  }
}

/**
 * The documents on which another parser disagrees with ours for no reason that is listed.
 *
 * @param takes - Whether the other takes each document.
 */
export function unexplained(
  documents: readonly JudgedDocument[],
  takes: readonly boolean[],
  whyTaken: Readonly<Partial<Record<ExpositionParseErrorCode, Disagreement>>>,
  whyRefused: readonly Disagreement[],
): readonly string[] {
  return documents.flatMap((document, i) => {
    const ours = judgeByOurs(document);
    if ((ours === undefined) === takes[i]) return [];
    const reasons = ours === undefined ? whyRefused : [whyTaken[ours.code]];
    const isExplained = reasons.some((reason) => reason !== undefined && (reason.when?.(document) ?? true));
    if (isExplained) return [];
    if (ours === undefined) return [`only we take ${JSON.stringify(document)}`];
    return [`only we refuse ${JSON.stringify(document.text.split('\n')[ours.line - 1])}: ${ours.message}`];
  });
}
