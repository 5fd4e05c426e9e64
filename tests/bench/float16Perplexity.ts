/**
 * What 16-bit activations cost in perplexity: the bundled model on onnxruntime-node's WebGPU provider against 32-bit on the
 * processor, the same people, whole careers:
 *   VK_DRIVER_FILES=<driver with shader-f16>.json npx tsx tests/bench/float16Perplexity.ts PANEL.csv[.gz] [people] [cpu|webgpu]
 * Prints one JSON object and fails above 1 %. `cpu` as the third word runs float16 there instead, where no GPU is at hand.
 * The 32-bit perplexity of the first person is checked against the file as it is, run over the text title by title.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-node';
import { readPanel, type CareerHistory } from '../../src/career/index.ts';
import { DecoderSession, loadTokenizer, type Runtime } from '../../src/lm/index.ts';
import { readModel, scoringDecoder } from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { LanguageRoute } from '../../src/predictors/language/languageRoute.ts';
import { tokenizeCareer } from '../../src/predictors/language/tokenizedCareer.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { PlainDecoder } from '../fixtures/plainDecoder.ts';
import { checkFigure } from './oracleCheck.ts';

const [panel, count = '60', provider = 'webgpu'] = process.argv.slice(2);
const models = new URL('../../models/', import.meta.url);
const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, models), 'utf8'));
const manifest = json('manifest.json') as { folder: string; variants: { file: string; needsF16: boolean }[] };
const file = manifest.variants.find(({ needsF16 }) => !needsF16)?.file ?? '';
const fileBytes = new Uint8Array(readFileSync(new URL(`${manifest.folder}/${file}`, models)));
const model = readModel(fileBytes);
const tokenizer = loadTokenizer(
  json(`${manifest.folder}/tokenizer.json`),
  json(`${manifest.folder}/tokenizer_config.json`),
);
const bytes = readFileSync(panel);
const text = (panel.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
const people = new SeededRandom(1).shuffle([...readPanel(text)]).slice(0, Number(count));

async function perplexity(
  runtime: Runtime,
  activations: 'float32' | 'float16',
  careers: readonly CareerHistory[],
): Promise<number> {
  const graph = scoringDecoder(model, { weights: 'dense', activations });
  const route = new LanguageRoute(await DecoderSession.create(runtime, graph), tokenizer);
  let nll = 0;
  let observations = 0;
  for (const [index, career] of careers.entries()) {
    for (const logProb of (await route.scoreCareer(career)).logProbs) nll -= logProb;
    observations += career.observations.length;
    process.stderr.write(`\r${activations}: ${index + 1} of ${careers.length} people`);
  }
  process.stderr.write('\n');
  return Math.exp(nll / observations);
}

/** Of one person whose text fits into the context, by the usual way: without cache, tree or surgery. */
async function plainPerplexity(career: CareerHistory): Promise<number> {
  const { sizes } = scoringDecoder(model, { weights: 'dense', activations: 'float32' });
  const plain = await PlainDecoder.create(nodeRuntime, sizes, fileBytes);
  const { tokens, titles } = tokenizeCareer(tokenizer, career);
  let nll = 0;
  for (const { start, end } of titles)
    nll -= await plain.continuationLogProb(tokens.slice(0, start), tokens.slice(start, end));
  return Math.exp(nll / titles.length);
}

const [first] = people;
const ofFirst = await perplexity(nodeRuntime, 'float32', [first]);
checkFigure('The perplexity of the first person', ofFirst, await plainPerplexity(first), 1e-3);
const gpu: Runtime = { ort, sessionOptions: { executionProviders: ['webgpu'] }, threads: 1 };
const float32 = await perplexity(nodeRuntime, 'float32', people);
const float16 = await perplexity(provider === 'cpu' ? nodeRuntime : gpu, 'float16', people);
const observations = people.reduce((total, person) => total + person.observations.length, 0);
const cost = float16 / float32 - 1;
console.log(
  JSON.stringify({
    people: people.length,
    observations,
    float32,
    float16,
    cost,
    provider,
  }),
);
// The provider's threads would keep the process alive.
process.exit(cost > 0.01 ? 1 : 0);
