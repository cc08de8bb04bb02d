import type { DetectedReason } from '../label-policy.js';

/** Finds one kind of value that must not become a label. */
export interface ValueDetector {
  /** The reason that a violation names, and the key of the rule that switches the detector off. */
  readonly reason: DetectedReason;
  /** Whether the value is of that kind or holds one; takes time linear in its length, whatever it holds. */
  found(value: string): boolean;
}
