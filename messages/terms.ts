import { catalogue } from '../src/wording/index.ts';

/** Terms of the field, each in one sentence with an example. Shown in one tap where a term first stands. */
export const words = /* @__PURE__ */ catalogue('terms', {
  perplexity:
    'How surprised a model is by what happened, as a number of equally likely choices. Lower is better: 8 means that each next job was as hard to guess as one of 8.',
  token:
    'A piece of text that a language model reads at once: a short word, a part of a long one, or in our own model a whole job title.',
  head: 'A small layer on top of a language model that turns what the model understood of a career into a probability for each occupation.',
  lora: 'A way to fine-tune a large model by training small added matrices, a few hundred thousand numbers in place of millions.',
  seed: 'The number that all chance in a run starts from. The same seed and settings give the same result again.',
  calibration:
    'Whether chances mean what they say: of all steps that a model gave 30 in 100, about 30 in 100 should have happened.',
  rank: 'How large the added matrices of LoRA are. A higher rank can learn more, from more people.',
  alpha:
    'How strongly what LoRA learned changes the model: its matrices are multiplied by alpha and divided by rank.',
});
