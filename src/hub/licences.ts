/** What a licence asks of whoever uses a model under it. */
export interface Licence {
  /** As the hub writes it. */
  id: string;
  name: string;
  /** Whether it is one of the open-source licences; others add conditions on use. */
  isOpen: boolean;
  /** In plain words; the licence's own text decides. */
  conditions: string;
  address: string | null;
}

const licences: readonly Licence[] = [
  {
    id: 'apache-2.0',
    name: 'Apache 2.0',
    isOpen: true,
    conditions: 'Open: use, change and pass on, with the licence and notices kept.',
    address: 'https://www.apache.org/licenses/LICENSE-2.0',
  },
  {
    id: 'mit',
    name: 'MIT',
    isOpen: true,
    conditions: 'Open: use, change and pass on, with the licence kept.',
    address: 'https://opensource.org/license/mit',
  },
  {
    id: 'gemma',
    name: 'Gemma Terms of Use',
    isOpen: false,
    conditions:
      'Not an open licence: Google’s terms bind you, with a list of prohibited uses. They go with the model, and with what you train on it, to whoever gets it from you.',
    address: 'https://ai.google.dev/gemma/terms',
  },
  {
    id: 'llama3.2',
    name: 'Llama 3.2 Community License',
    isOpen: false,
    conditions:
      'Not an open licence: Meta’s acceptable use policy binds you, what you pass on must say “Built with Llama”, and very large companies need a licence of their own.',
    address: 'https://www.llama.com/llama3_2/license/',
  },
];

/** The licence that the hub names; one that this page does not know is passed on by name, its conditions unknown. */
export function licenceOf(id: string | null): Licence {
  const known = licences.find((licence) => licence.id === id);
  if (known) return known;
  const conditions =
    id === null
      ? 'The hub names no licence for it: without one you may have no right to use it. Ask its owner.'
      : 'This page does not know it: read it on the model’s page on the hub before you use the model.';
  return { id: id ?? 'none', name: id ?? 'No licence stated', isOpen: false, conditions, address: null };
}
