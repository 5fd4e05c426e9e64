export type Part = 'predict' | 'learn' | 'privacy' | 'bench';

const titles: Readonly<Record<Part, string>> = {
  predict: 'Onward: where could a career go next?',
  learn: 'Onward: learn from your own careers',
  privacy: 'Onward: what stays here, and how you can tell',
  bench: 'Onward: how fast is it here?',
};

/** Which part of the page the address asks for: `#learn`, `#privacy`, `#bench` and the sections in them, or the predictions. */
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
    const part = (/^#(learn|privacy|bench)(?=-|$)/.exec(hash)?.[1] ?? 'predict') as Part;
    const isOther = part !== this.#current;
    this.#current = part;
    return isOther;
  }
}

const asking = '#predict=';

/** Goes to the predictions, with this kept model chosen as the one that is shown. */
export function askOnPredict(model: string): void {
  location.hash = `${asking}${encodeURIComponent(model)}`;
}

/** Id of the model that the address asks for; null where it asks for none. */
export function askedModel(hash: string): string | null {
  return hash.startsWith(asking) ? decodeURIComponent(hash.slice(asking.length)) : null;
}
