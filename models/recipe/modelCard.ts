import { llamaParameters, parameterCount, type LlamaConfig } from '../../src/onnx/index.ts';
import type { ModelManifest } from '../../src/weights/index.ts';
import type { QuantizationTrial } from './quantizationChoice.ts';
import type { Settings } from './settings.ts';

/** The model folder's README.md, with Hugging Face's front matter. Every figure comes from the build itself. */
export function writeModelCard(
  manifest: ModelManifest,
  config: LlamaConfig,
  settings: Settings,
  trials: readonly QuantizationTrial[],
): string {
  const figures = manifest.figures as {
    tuningPerplexity: { full: number; stored: number };
    validationPerplexity: { full: number; stored: number };
    tuningPerplexityByEpoch: number[];
    logitFactor: number;
  };
  const size = parameterCount(llamaParameters(config));
  const cost = ({ full, stored }: { full: number; stored: number }) =>
    `${((stored / full - 1) * 100).toFixed(2)} %`;
  return `---
language: en
pipeline_tag: text-generation
library_name: transformers.js
tags: [careers, labor-economics, onnx, webgpu]
---

# ${manifest.name}

A language model of ${(size / 1e6).toFixed(2)} million parameters that reads a career as text and gives a probability to every
possible next occupation. Trained from scratch by this repository (\`npm run model:build\`); no other model is in it.
Revision \`${manifest.revision}\`.

## Who and what years it learned from

| population | people | years |
|---|---|---|
${manifest.populations.map((p) => `| ${p.name} | ${p.people} | ${p.firstYear}–${p.lastYear} |`).join('\n')}

The predictions are about the first of them: people of the United States born 1980–1984, asked from 1997 to 2021. About anybody else –
born earlier or later, working elsewhere, in years to come – the model extrapolates. The survey cannot tell the unemployed from people
outside the labour force, and records one main job a year. It also read titles, descriptions and tasks of occupations.

## Sources and terms

- National Longitudinal Survey of Youth 1997 and NLS Young Women, public-use files. Bureau of Labor Statistics, U.S. Department of
  Labor. Produced and distributed by CHRR, The Ohio State University. No record of any person is in this repository.
- Biographical Directory of Article III Federal Judges, Federal Judicial Center (public domain).
- O*NET 27 Database, U.S. Department of Labor, Employment and Training Administration, CC BY 4.0; title variants are derived from it.
- ESCO v1.1.1, European Commission, free reuse with attribution.

The weights are released under the MIT licence of this repository, with these sources named.

## Recipe

Llama architecture: ${config.layers} layers, width ${config.hiddenSize}, ${config.heads} heads with ${config.kvHeads} key/value heads, SwiGLU
${config.intermediateSize}, ${config.vocabSize} tokens, tied embeddings. Template \`${manifest.template}\`; its phrases, years and education
levels are single tokens; titles are byte-pair encoded. Each epoch tells every career anew: facts left out at random, beginnings forgotten,
lives moved to other years, titles in everyday words. Loss: next token, titles weigh 1, everything else ${settings.structureWeight}.
AdamW (${settings.optimizer.beta1}, ${settings.optimizer.beta2}, weight decay ${settings.optimizer.weightDecay}), learning rate up to
${settings.phases.map(({ learningRate, epochs }) => `${learningRate} with linear decay over ${epochs} epochs`).join(', then ')}, dropout ${settings.dropout} (${settings.headDropout} before the head), weights averaged with decay
${settings.averageDecay}, seed ${settings.seed}. ${settings.phases.map(({ taughtShare }) => `${taughtShare * 100} %`).join(', then ')} of a title's weight in the loss is not the observed title's but shared by ${settings.teacher.labels}
titles drawn from the average of CAREER (weight ${settings.teacher.careerWeight}) and the mixture of transition tables, both fitted without the person's
${settings.teacher.folds === 4 ? 'quarter' : `${settings.teacher.folds}th part`} of the people: the model learns an average of what it saw and what they say, which predicts new people better. At the end one temperature is fitted on the tuning people
(logits times ${figures.logitFactor}, folded into the last norm).

Every stop, setting and the choice of bits was made on the *tuning* people (training people whose id ends in 7), whom the model never
trained on. Validation people are only reported on: each finished build computes the two figures below, once. Of the transition tables, three details (a discount, age bands, rounding) were looked at on validation people when they were made, which flatters the
validation figures a little. The adapters' card (\`adapters/README.md\`) logs every look at validation people.

## Figures

Perplexity of the next occupation by the language route alone: raw product of the title's token probabilities, title-ending token
included, first observation included. Printed by \`npm run model:build\`:

| people | full precision | as stored | cost of storage |
|---|---|---|---|
| tuning | ${figures.tuningPerplexity.full.toFixed(3)} | ${figures.tuningPerplexity.stored.toFixed(3)} | ${cost(figures.tuningPerplexity)} |
| validation | ${figures.validationPerplexity.full.toFixed(3)} | ${figures.validationPerplexity.stored.toFixed(3)} | ${cost(figures.validationPerplexity)} |

As it runs in the browser: \`npm run lab -- evaluate ../shared/data/nlsy97/validation.csv.gz --model language-route\`.

Tuning perplexity after each epoch: ${figures.tuningPerplexityByEpoch.map((value) => value.toFixed(2)).join(', ')}.

How the linear weights are stored was chosen among (tuning perplexity):

| bits | block | zero point | bits a weight | perplexity |
|---|---|---|---|---|
${trials
  .map(
    ({ format, bitsPerWeight, tuningPerplexity }) =>
      `| ${format.bits} | ${format.blockSize} | ${format.symmetric ? 'fixed' : 'own'} | ${bitsPerWeight.toFixed(2)} | ${tuningPerplexity.toFixed(4)} |`,
  )
  .join('\n')}

## What it must not be used for

Decisions about a person: hiring, lending, insurance, benefits, admission, policing. It gives frequencies among people who told a
similar story, not anybody's future, and it repeats the inequalities of the labour market that it learned from: sex, race and region move its
answers because they moved those careers. It is for looking at careers in general, for teaching and for research.

## Files

\`onnx/\` holds the same weights twice: with float32 activations for every machine, and with float16 activations for GPUs that compute in
float16. Inputs and outputs are those of a Hugging Face decoder with a key/value cache, plus \`hidden_states\`, what the head reads.
`;
}
