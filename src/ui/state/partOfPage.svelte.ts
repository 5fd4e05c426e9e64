export type Part = 'predict' | 'learn';

const titles: Readonly<Record<Part, string>> = {
  predict: 'Onward: where could a career go next?',
  learn: 'Onward: learn from your own careers',
};

/** Which part of the page the address asks for: `#learn` and the sections in it, or the predictions. */
export class PartOfPage {
  #current = $state<Part>('predict');

  get current(): Part {
    return this.#current;
  }

  get title(): string {
    return titles[this.#current];
  }

  /** Goes where the address points; true where that is the other part. */
  follow(hash: string): boolean {
    const part = /^#learn(-|$)/.test(hash) ? 'learn' : 'predict';
    const isOther = part !== this.#current;
    this.#current = part;
    return isOther;
  }
}
