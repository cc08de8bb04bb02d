/** An option that cannot be. */
export class AggregatorError extends Error {
  override readonly name = 'AggregatorError';
  readonly code = 'AGGREGATOR_OPTION_INVALID';
  readonly option: string;

  constructor(option: string, expected: string, received: unknown) {
    super(`createAggregator: ${option} must be ${expected}, got ${JSON.stringify(received)}.`);
    this.option = option;
  }
}
