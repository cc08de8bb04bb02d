import { isPlainName } from '../escape-name.js';

/** Why something of a snapshot is not in the output. */
export type LeftOutCode =
  /** The family's name, or that of one of its samples, belongs to a family before it. */
  | 'name-clash'
  /** The samples' names are not those of the family's type. */
  | 'foreign-sample'
  /**
   * Two labels of a sample have one name, also after escaping; or one is called `__name__`; or, in OpenMetrics, a
   * state has no label of its family's name.
   */
  | 'bad-labels';

/** Something that cannot be exposed without making the whole output invalid, and was therefore left out. */
export interface LeftOut {
  readonly code: LeftOutCode;
  /** The family's name as it came. */
  readonly family: string;
  /** How many samples are missing from the output. */
  readonly samples: number;
  readonly message: string;
}

/** What all renderers can be told. */
export interface RenderOptions {
  /** Called once per family and reason, while rendering; by default nobody is told. */
  readonly onLeftOut?: (leftOut: LeftOut) => void;
}

/** Counts what was left out of one family, and tells it once per reason. */
export class LeftOutCounter {
  #foreign = 0;
  #badLabels = 0;
  readonly #family: string;

  constructor(family: string) {
    this.#family = family;
  }

  count(code: Exclude<LeftOutCode, 'name-clash'>): void {
    if (code === 'foreign-sample') this.#foreign++;
    else this.#badLabels++;
  }

  tell(onLeftOut: RenderOptions['onLeftOut']): void {
    if (onLeftOut === undefined) return;
    const family = this.#family;
    const shown = shownFamily(family);
    if (this.#foreign > 0) {
      const message = `${this.#foreign} samples of the family ${shown} are left out: their names are not those of its type`;
      onLeftOut({ code: 'foreign-sample', family, samples: this.#foreign, message });
    }
    if (this.#badLabels > 0) {
      const message = `${this.#badLabels} samples of the family ${shown} are left out: a label name occurs twice, is missing or is __name__`;
      onLeftOut({ code: 'bad-labels', family, samples: this.#badLabels, message });
    }
  }
}

/** What `onLeftOut` is told about a whole family. */
export function nameClash(family: string, samples: number): LeftOut {
  const message = `The family ${shownFamily(family)} is left out: its name, or that of one of its samples, is taken by a family before it`;
  return { code: 'name-clash', family, samples, message };
}

/** A name that could hold anything, a newline too, is quoted: messages end up in logs. */
function shownFamily(name: string): string {
  return isPlainName(name, 'metric') ? name : JSON.stringify(name);
}
