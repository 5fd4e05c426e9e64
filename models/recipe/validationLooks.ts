/** Every time that anything was computed on the NLSY97 validation people, oldest first. Whoever looks again adds a line. */
export const validationLooks: readonly { readonly at: string; readonly saw: string }[] = [
  {
    at: 'transition tables made',
    saw: 'three details of the mixture (a discount, age bands, a rounding) were seen on validation people while they were made',
  },
  { at: 'first language model', saw: '9.10: built twice (same figures), `evaluate` once' },
  { at: 'second language model', saw: '8.90: built once, `evaluate` once' },
  { at: 'third language model, which ships', saw: '8.83: built once, `evaluate` for the README' },
  {
    at: 'first head, CAREER and average',
    saw: 'head 8.59, CAREER 8.89, average 8.48: `model:adapters --report` twice, `evaluate --model career` once',
  },
  {
    at: 'head, CAREER and average as they ship',
    saw: 'the figures of this card: `model:adapters --report` twice (same models), `evaluate` for the README',
  },
  {
    at: 'multinomial logit and bag of jobs, trained by the app',
    saw: '8.92 and 8.79: `evaluate --train` for the README, once',
  },
  {
    at: 'language model, head, CAREER and average as they ship, again',
    saw: '8.83, 8.47, 8.85 and 8.37: `evaluate`, once each, to repeat the README',
  },
];
