/**
 * `npm run model:examples`: what the shipped model says about the made-up careers of `public/examples/examples.json`,
 * written to `answers.json` beside them. The page shows these, labelled as computed beforehand, while it loads the model.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { joinText, textifyPrompt, titleText, type CareerHistory } from '../../src/career/index.ts';
import { scoreTitles, titleTrie } from '../../src/lm/index.ts';
import { occ1990dd, type NextStep } from '../../src/occupation/index.ts';
import { openShippedModel, readJson } from './shippedModel.ts';

interface ExamplesFile {
  examples: { id: string; history: CareerHistory; next: NextStep }[];
}

const examplesFolder = fileURLToPath(new URL('../../public/examples/', import.meta.url));
const { examples } = readJson(`${examplesFolder}examples.json`) as ExamplesFile;
const { manifest, session, tokenizer } = await openShippedModel();
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
