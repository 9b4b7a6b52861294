import { TurnBatch } from '../../util/turn-batch.ts';
import type { HttpResponse } from '../request/context.ts';

interface Answer {
  readonly res: HttpResponse;
  /** Its characters are bytes. */
  readonly text: string;
}

/** What of a number of clients is still expected a burst later. */
const FADING = 0.9;

/**
 * Requests that arrive in one turn of the event loop go through the server together: they begin at the end of the turn,
 * go on together when their bodies are there, and from one `await` to the next each of them takes the same step. A step's
 * code is fetched into the processor's caches once for all of them; for each alone it costs as much again as the step
 * itself. Their small answers go out together too: whoever reads them on another processor is woken once and finds them
 * all.
 */
export class Bursts {
  readonly #steps = new TurnBatch<() => void>(
    (step) => step(),
    (steps) => this.#areFew(steps),
  );
  readonly #answers = new TurnBatch<Answer>(({ res, text }) => {
    if (!res.destroyed) res.end(text, 'latin1');
  });
  /** Answers since the last burst began. */
  #answered = 0;
  /** How many clients were answered together lately. */
  #together = 0;

  /** Requests that arrived in this turn and begin at its end, or go on then, as their bodies came. */
  get waiting(): number {
    return this.#steps.size;
  }

  /** Runs the step at the end of this turn, beside those of other requests. */
  join(step: () => void): void {
    this.#steps.add(step);
  }

  /** Ends the answer, whose head is written, in this turn. */
  end(res: HttpResponse, text: string): void {
    this.#answered++;
    this.#answers.add({ res, text });
  }

  /** Clients that were answered together mostly come back together: the first wait for a turn until a quarter is there. */
  #areFew(requests: number): boolean {
    this.#together = Math.max(this.#together * FADING, this.#answered);
    this.#answered = 0;
    return requests * 4 < this.#together;
  }
}
