/** A folded shard of one kind. */
export interface Layer {
  readonly name: string;
  readonly generation: number;
  readonly bytes: number;
}

/** What decides how far a fold reaches into what was folded before. */
export interface LayerRule {
  /** A layer up to this size is always merged with a newer one: rewriting it costs no more than making a file. */
  readonly floorBytes: number;
  /** A larger layer is merged when what is to be added comes to more than this share of it. */
  readonly ratio: number;
  /** Layers that may come to more than this are not merged; readers refuse very large shards. */
  readonly ceilingBytes: number;
}

/**
 * Each layer of a kind is at least four times the next newer one, so that one of 256 MiB has at most five on top; and
 * an entry that was folded is written again only when its kind has grown by a quarter of it.
 */
export const LAYER_RULE: LayerRule = {
  floorBytes: 256 * 1024,
  ratio: 1 / 4,
  ceilingBytes: 256 * 1024 * 1024,
};

/**
 * Chooses the layers of one kind that new values are merged with: the newest ones, as long as the next is small, or not
 * much larger than all that comes on top of it. The cost of a fold goes with what is added and not with what is there.
 *
 * @param layers - In any order.
 * @param addedBytes - Size that the new values alone would have as a layer.
 * @returns The newest first.
 */
export function chooseMerged(layers: readonly Layer[], addedBytes: number, rule: LayerRule): Layer[] {
  const merged: Layer[] = [];
  // Series that are in several layers come to less, but nobody knows before they are read.
  let atLeast = addedBytes;
  let atMost = addedBytes;
  for (const layer of layers.toSorted((a, b) => b.generation - a.generation)) {
    const isWorthIt = layer.bytes <= rule.floorBytes || atLeast >= layer.bytes * rule.ratio;
    if (!isWorthIt || atMost + layer.bytes > rule.ceilingBytes) break;
    merged.push(layer);
    atLeast = Math.max(atLeast, layer.bytes);
    atMost += layer.bytes;
  }
  return merged;
}
