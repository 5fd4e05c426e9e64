export type Part = 'predict' | 'learn' | 'bench';

const titles: Readonly<Record<Part, string>> = {
  predict: 'Onward: where could a career go next?',
  learn: 'Onward: learn from your own careers',
  bench: 'Onward: how fast is it here?',
};

/** Which part of the page the address asks for: `#learn` or `#bench` and the sections in them, or the predictions. */
export class PartOfPage {
  #current = $state<Part>('predict');

  get current(): Part {
    return this.#current;
  }

  get title(): string {
    return titles[this.#current];
  }

  /** Goes where the address points; true where that is another part. */
  follow(hash: string): boolean {
    const part =
      (['learn', 'bench'] as const).find((name) => new RegExp(`^#${name}(-|$)`).test(hash)) ?? 'predict';
    const isOther = part !== this.#current;
    this.#current = part;
    return isOther;
  }
}
