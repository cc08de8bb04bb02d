import type { Random } from './seeded-random.js';

/** A process of the model: it takes a turn for each file-system step. */
export interface Actor {
  readonly name: string;
  readonly pid: number;
  isAlive: boolean;
  /** Set while the actor waits for its turn. */
  resume: (() => void) | undefined;
}

/**
 * Runs actors one file-system step at a time, in an order that a seed decides. Between two steps of an actor runs
 * nothing but its own code, so a schedule is the same whenever it is run.
 */
export class Scheduler {
  readonly #random: Random;
  readonly #actors: Actor[] = [];
  #nextPid = 1000;
  #failure: Error | undefined;
  steps = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Starts an actor; its program ends with it, wherever that is. */
  start(name: string, program: (actor: Actor) => Promise<void>): Actor {
    const actor: Actor = { name, pid: this.#nextPid++, isAlive: true, resume: undefined };
    this.#actors.push(actor);
    void program(actor).then(
      () => (actor.isAlive = false),
      (error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
        actor.isAlive = false;
      },
    );
    return actor;
  }

  /** Waits for the actor's next turn; for ever, where it was killed meanwhile. */
  turn(actor: Actor): Promise<void> {
    return new Promise((resolve) => {
      actor.resume = resolve;
    });
  }

  /** The actor does nothing any more. */
  kill(actor: Actor): void {
    actor.isAlive = false;
    actor.resume = undefined;
  }

  isRunning(pid: number): boolean {
    return this.#actors.some((actor) => actor.pid === pid && actor.isAlive);
  }

  get alive(): readonly Actor[] {
    return this.#actors.filter(({ isAlive }) => isAlive);
  }

  /** Runs until `isOver`. @param before - Called before each step, with the actor whose turn it is. */
  async run(isOver: () => boolean, before: (actor: Actor) => void): Promise<void> {
    while (true) {
      const waiting = await this.#settled();
      if (this.#failure !== undefined) throw this.#failure;
      if (waiting.length === 0 || isOver()) return;
      const actor = this.#random.pick(waiting);
      before(actor);
      // It may have been killed just now.
      const { resume } = actor;
      actor.resume = undefined;
      if (!actor.isAlive || resume === undefined) continue;
      this.steps++;
      resume();
    }
  }

  /** Lets every living actor run to its next step, or to its end. */
  async #settled(): Promise<Actor[]> {
    for (
      let rounds = 0;
      this.#actors.some(({ isAlive, resume }) => isAlive && resume === undefined);
      rounds++
    ) {
      if (rounds > 100_000) throw new Error('An actor waits for something that is no file-system step.');
      await Promise.resolve();
    }
    return this.#actors.filter(({ isAlive }) => isAlive);
  }
}
