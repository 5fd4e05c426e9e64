/** A training run of its own process, to be killed: prints the hashes of what it ends with. */
import { createHash } from 'node:crypto';
import { train } from '../../models/recipe/training.ts';
import { smallSettings, smallVocabulary, syntheticCorpus, syntheticTeacher } from './syntheticCorpus.ts';

const corpus = syntheticCorpus();
const vocabulary = smallVocabulary(corpus);
const config = { ...smallSettings.architecture, vocabSize: vocabulary.size };
console.log('training');
const state = await train(
  corpus,
  await syntheticTeacher(corpus),
  vocabulary,
  config,
  smallSettings,
  process.argv[2],
  {
    secondsBetweenCheckpoints: 0,
  },
);
for (const values of [state.theta, state.best])
  console.log(createHash('sha256').update(values).digest('hex'));
