import type { HttpResponse } from '../request/context.ts';

interface Answer {
  readonly res: HttpResponse;
  /** Its characters are bytes. */
  readonly text: string;
}

/**
 * Small answers of one turn of the event loop go out together at its end. Whoever reads them on another processor is
 * woken once and finds them all, and waking is most of what a small answer costs.
 */
export class AnswerBurst {
  #waiting: Answer[] = [];

  /** Ends the answer, whose head is written, in this turn. */
  end(res: HttpResponse, text: string): void {
    this.#waiting.push({ res, text });
    if (this.#waiting.length === 1) setImmediate(() => this.#send());
  }

  #send(): void {
    const answers = this.#waiting;
    this.#waiting = [];
    for (const { res, text } of answers) if (!res.destroyed) res.end(text, 'latin1');
  }
}
