/**
 * `npm run model:build`: trains the bundled model from the careers in ../shared/data and writes its folder.
 * A kill costs at most a minute: run the command again and it goes on, to the same bytes.
 * `--checkpoint FILE` packages that run's checkpoint instead of `.build/<name>.checkpoint`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { learnVocabulary, readCorpus } from './corpus.ts';
import { writeModelCard } from './modelCard.ts';
import { folderBytes, modelsFolder, writeModelFolder } from './modelFolder.ts';
import { PerplexityMeter } from './perplexity.ts';
import { nlsy97Validation, populationFacts } from './populations.ts';
import { chooseQuantization, storedParameters } from './quantizationChoice.ts';
import { settings } from './settings.ts';
import { requireData } from './sources.ts';
import { keptTeacher } from './teacherFile.ts';
import { fitTemperature } from './temperature.ts';
import { train } from './training.ts';

/** What a folder may weigh: weights are downloaded once by every visitor. */
const largestFolder = 16e6;

requireData();
const { values: options } = parseArgs({ options: { checkpoint: { type: 'string' } } });
const checkpoint = options.checkpoint ?? join(modelsFolder, '..', '.build', `${settings.name}.checkpoint`);

const corpus = readCorpus();
const vocabulary = learnVocabulary(corpus, settings.wordMerges, settings.titleMerges);
const config = { ...settings.architecture, vocabSize: vocabulary.size };
const teacher = await keptTeacher(`${checkpoint}.teacher`, corpus, settings);
const state = await train(corpus, teacher, vocabulary, config, settings, checkpoint);

const tuning = new PerplexityMeter(config, corpus.main.tuning, vocabulary);
const { theta, factor, tuningPerplexity: tuningFull } = await fitTemperature(config, state.best, tuning);
console.error(`Logits times ${factor}: tuning perplexity ${tuningFull.toFixed(4)}`);
console.error('Choosing how to store the weights, on the tuning people:');
const { chosen, trials } = await chooseQuantization(config, theta, tuning, tuningFull);
for (const { format, bitsPerWeight, tuningPerplexity } of trials)
  console.error(
    `  ${JSON.stringify(format)} ${bitsPerWeight.toFixed(2)} bits a weight: ${tuningPerplexity.toFixed(4)}`,
  );

const validation = new PerplexityMeter(config, nlsy97Validation(), vocabulary);
const figures = {
  tuningPerplexity: { full: tuningFull, stored: chosen.tuningPerplexity },
  validationPerplexity: {
    full: await validation.perplexity(theta),
    stored: await validation.perplexity(storedParameters(config, theta, chosen.format)),
  },
  tuningPerplexityByEpoch: state.tuningPerplexities,
  logitFactor: factor,
  quantization: chosen.format,
};
const manifest = writeModelFolder(config, theta, vocabulary, settings, chosen.format, {
  populations: [corpus.main, ...corpus.others].map(populationFacts),
  figures,
});
const card = writeModelCard(manifest, config, settings, trials);
writeFileSync(join(modelsFolder, settings.name, 'README.md'), card);

const bytes = folderBytes(settings.name);
if (bytes > largestFolder)
  throw new Error(`The model folder has ${bytes} bytes; at most ${largestFolder} may ship.`);
console.log(JSON.stringify({ name: manifest.name, revision: manifest.revision, bytes, ...figures }, null, 2));
