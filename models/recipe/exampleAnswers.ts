/**
 * `npm run model:examples`: what the shipped model says about the made-up careers of `public/examples/examples.json`,
 * written to `answers.json` beside them. The page shows these, labelled as computed beforehand, while it loads the model.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { joinText, textifyPrompt, titleText, type CareerHistory } from '../../src/career/index.ts';
import { DecoderSession, loadTokenizer, scoreTitles, titleTrie } from '../../src/lm/index.ts';
import { occ1990dd, type NextStep } from '../../src/occupation/index.ts';
import { readModel, scoringDecoder } from '../../src/onnx/index.ts';
import { parseManifest } from '../../src/worker/manifest.ts';
import { modelsFolder } from './modelFolder.ts';

interface ExamplesFile {
  examples: { id: string; history: CareerHistory; next: NextStep }[];
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const examplesFolder = fileURLToPath(new URL('../../public/examples/', import.meta.url));
const { examples } = readJson(`${examplesFolder}examples.json`) as ExamplesFile;
const manifest = parseManifest(readJson(join(modelsFolder, 'manifest.json')));
const inFolder = (path: string) => join(modelsFolder, manifest.folder, path);

const variant = manifest.variants.find(({ activations }) => activations === 'float32');
if (!variant) throw new Error('models/manifest.json names no variant for every machine.');
const graph = scoringDecoder(readModel(new Uint8Array(readFileSync(inFolder(variant.file)))), {
  weights: 'dense',
  activations: 'float32',
});
const runtime = { ort, sessionOptions: { executionProviders: ['cpu'] }, threads: 2 };
const session = await DecoderSession.create(runtime, graph);
const tokenizer = loadTokenizer(
  readJson(inFolder(manifest.tokenizer)),
  readJson(inFolder(manifest.tokenizerConfig)),
);
const trie = titleTrie(
  occ1990dd.occupations.map(({ code, title }) => {
    const text = titleText({ occupationCode: code, title });
    return tokenizer.encode([
      { text, verbatim: true },
      { text: '\n', verbatim: false },
    ]).tokens;
  }),
);

const answers = [];
for (const { id, history, next } of examples) {
  const prompt = textifyPrompt(history, next);
  const { logProbs } = await scoreTitles(session, tokenizer.encode(prompt.pieces).tokens, trie);
  answers.push({
    example: id,
    prompt: joinText(prompt),
    raw: Array.from(logProbs, (logProb) => Number(Math.exp(logProb).toPrecision(6))),
  });
}
const file = {
  format: 'onward-example-answers-1',
  model: { name: manifest.name, revision: manifest.revision },
  list: occ1990dd.name,
  codes: occ1990dd.occupations.map(({ code }) => code),
  answers,
};
writeFileSync(`${examplesFolder}answers.json`, `${JSON.stringify(file)}\n`);
console.log(`${answers.length} answers of ${manifest.name} ${manifest.revision}`);
