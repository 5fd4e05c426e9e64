import { createHash } from 'node:crypto';
import { epochDocuments, type Corpus } from './corpus.ts';
import { initialState, loadCheckpoint, saveCheckpoint, type TrainingState } from './checkpoint.ts';
import { PerplexityMeter } from './perplexity.ts';
import { ProgressLine } from './progressLine.ts';
import type { Settings } from './settings.ts';
import type { Teacher } from './teacher.ts';
import { epochBatches, initialParameters, Trainer } from './trainer.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { LlamaConfig } from '../../src/onnx/index.ts';

/** Epochs without a better tuning perplexity after which training stops. */
const patience = 4;

/**
 * Trains from scratch, or goes on from the checkpoint of the same settings, vocabulary and people. Stops after
 * `settings.epochs`, or when the tuning people have not been predicted better for some epochs. Returns the
 * state whose `best` are the parameters to ship.
 */
export async function train(
  corpus: Corpus,
  teacher: Teacher,
  vocabulary: Vocabulary,
  config: LlamaConfig,
  settings: Settings,
  checkpointPath: string,
  { secondsBetweenCheckpoints = 60 } = {},
): Promise<TrainingState> {
  const fingerprint = fingerprintOf(corpus, vocabulary, settings);
  const saved = loadCheckpoint(checkpointPath, fingerprint);
  const state = saved ?? initialState(initialParameters(config, settings.seed));
  if (saved) console.error(`Going on from step ${saved.step} of ${checkpointPath}.`);

  const trainer = new Trainer(config, settings, vocabulary.markers.length);
  const meter = new PerplexityMeter(config, corpus.main.tuning, vocabulary);
  const stepsPerEpoch = epochBatches(
    epochDocuments(corpus, teacher, vocabulary, settings, 0),
    settings,
    0,
  ).length;
  const totalSteps = stepsPerEpoch * settings.epochs;
  const progress = new ProgressLine(totalSteps, state.step);
  let lastSaved = Date.now();

  while (state.tuningPerplexities.length < settings.epochs && !isOver(state.tuningPerplexities)) {
    const epoch = state.tuningPerplexities.length;
    // Epochs differ by a few batches; each is cut or ends at the same number of steps, so that the schedule fits.
    const batches = epochBatches(
      epochDocuments(corpus, teacher, vocabulary, settings, epoch),
      settings,
      epoch,
    );
    const epochStart = epoch * stepsPerEpoch;
    for (const batch of batches.slice(state.step - epochStart, stepsPerEpoch)) {
      const loss = await trainer.step(state, batch, totalSteps);
      progress.show(
        state.step,
        batch.documents.reduce((total, { tokens }) => total + tokens.length, 0),
        loss,
      );
      if (Date.now() - lastSaved > secondsBetweenCheckpoints * 1000) {
        saveCheckpoint(checkpointPath, state, fingerprint);
        lastSaved = Date.now();
      }
    }
    state.step = epochStart + stepsPerEpoch;
    const perplexity = await meter.perplexity(state.average);
    if (perplexity < Math.min(Infinity, ...state.tuningPerplexities)) state.best = state.average.slice();
    state.tuningPerplexities.push(perplexity);
    saveCheckpoint(checkpointPath, state, fingerprint);
    progress.note(`epoch ${epoch + 1}: tuning perplexity ${perplexity.toFixed(4)}`);
  }
  return state;
}

/** Whether the last epochs have all been worse than the best. */
export function isOver(perplexities: readonly number[]): boolean {
  const bestEpoch = perplexities.indexOf(Math.min(...perplexities));
  return perplexities.length - 1 - bestEpoch >= patience;
}

/** Names the run: a checkpoint of other settings, tokens or people must not be continued. */
function fingerprintOf(corpus: Corpus, vocabulary: Vocabulary, settings: Settings): string {
  const people = [corpus.main, ...corpus.others].map(({ training }) =>
    training.map(({ personId }) => personId),
  );
  return createHash('sha256')
    .update(JSON.stringify([settings, vocabulary.tokens, people]))
    .digest('hex');
}
