/**
 * Who is asked again when a webhook or policy changed the object; imitates apiserver pkg/admission/reinvocation.go and
 * the reinvocation contexts of pkg/admission/plugin. One for each write that such a plugin takes part in.
 *
 *   round 0  … policy A, webhook B (changes the object), webhook C (changes it)
 *   round 1  all mutating plugins once more; of webhooks and policies only those with reinvocationPolicy IfNeeded that
 *            ran before a change: A and B, not C
 */
import { cloneJson, equalJson, type KubeObject } from '../../api/object.ts';

export class Reinvocation {
  round: 0 | 1 = 0;
  /** Somebody changed the object: there is to be a second round. */
  wanted = false;
  readonly #callers = new Map<string, Callers>();

  /** What one plugin remembers between the rounds. */
  of(plugin: string): Callers {
    let callers = this.#callers.get(plugin);
    if (callers === undefined) {
      callers = new Callers(this);
      this.#callers.set(plugin, callers);
    }
    return callers;
  }
}

/** The webhooks or policies of one plugin, by keys of its own. */
export class Callers {
  readonly #reinvocation: Reinvocation;
  readonly #ran = new Set<string>();
  readonly #again = new Set<string>();
  #left: KubeObject | undefined;

  constructor(reinvocation: Reinvocation) {
    this.#reinvocation = reinvocation;
  }

  /** Call before the first of a round: others may have changed the object since the last one. */
  begin(object: KubeObject | undefined): void {
    if (this.#reinvocation.round === 1 && !equalJson(object, this.#left)) this.#requireAll();
  }

  /** Whether one is to run in this round; in the second nobody runs for the first time. */
  runs(key: string): boolean {
    return this.#reinvocation.round === 0 || this.#again.has(key);
  }

  /** Call after each one. */
  ran(key: string, { changed, ifNeeded }: { readonly changed: boolean; readonly ifNeeded: boolean }): void {
    if (changed) {
      this.#requireAll();
      this.#reinvocation.wanted = true;
    }
    if (ifNeeded) this.#ran.add(key);
  }

  /** Call after the last of a round. */
  end(object: KubeObject | undefined): void {
    // What the object was matters only to those that ran and may run again.
    if (this.#reinvocation.round === 0 && this.#ran.size > 0) this.#left = cloneJson(object);
  }

  #requireAll(): void {
    for (const key of this.#ran) this.#again.add(key);
    this.#ran.clear();
  }
}
