import { normaliseTitle } from '../career/index.ts';
import type { OccupationList } from './model.ts';

/** Where codes and titles stand in a list, in constant time. */
export class OccupationIndex {
  readonly #codes: ReadonlyMap<string, number>;
  readonly #titles: ReadonlyMap<string, number>;

  constructor(readonly list: OccupationList) {
    this.#codes = new Map(list.occupations.map(({ code }, i) => [code, i]));
    this.#titles = new Map(list.occupations.map(({ title }, i) => [normaliseTitle(title), i]));
  }

  /** Position in the list, or −1. */
  ofCode(code: string | null): number {
    return code === null ? -1 : (this.#codes.get(code) ?? -1);
  }

  /** Position in the list of a title written exactly, white space aside, or −1. */
  ofTitle(title: string): number {
    return this.#titles.get(normaliseTitle(title)) ?? -1;
  }

  /** Position of an observed step: by its code, else by its title; −1 where the list has neither. */
  ofStep(step: { occupationCode: string | null; title: string }): number {
    const byCode = this.ofCode(step.occupationCode);
    return byCode >= 0 ? byCode : this.ofTitle(step.title);
  }
}
