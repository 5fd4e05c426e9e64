import { createHash } from 'node:crypto';
import { epochDocuments, type Corpus } from './corpus.ts';
import { initialState, loadCheckpoint, saveCheckpoint, type TrainingState } from './checkpoint.ts';
import { PerplexityMeter } from './perplexity.ts';
import { ProgressLine } from './progressLine.ts';
import { learningRate } from './learningRate.ts';
import type { Phase, Settings } from './settings.ts';
import type { Teacher } from './teacher.ts';
import { epochBatches, initialParameters, Trainer } from './trainer.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { LlamaConfig } from '../../src/onnx/index.ts';

/** Epochs without a better tuning perplexity after which training stops. */
const patience = 4;

/**
 * Trains from scratch, or goes on from the checkpoint of the same settings, vocabulary and people. Stops after
 * the last phase, or when the tuning people have not been predicted better for some epochs. Returns the
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
  const epochs = planEpochs(corpus, teacher, vocabulary, settings);
  const progress = new ProgressLine(
    epochs.reduce((total, { steps }) => total + steps, 0),
    state.step,
  );
  let lastSaved = Date.now();

  while (state.tuningPerplexities.length < epochs.length && !isOver(state.tuningPerplexities)) {
    const epoch = state.tuningPerplexities.length;
    const { phase, phaseStart, phaseSteps, start, steps } = epochs[epoch];
    const documents = epochDocuments(corpus, teacher, vocabulary, settings, phase, epoch);
    const batches = epochBatches(documents, settings, epoch).slice(0, steps);
    for (const batch of batches.slice(state.step - start)) {
      const rate = learningRate(state.step + 1 - phaseStart, phaseSteps, phase);
      const loss = await trainer.step(state, batch, rate);
      const tokens = batch.documents.reduce((total, document) => total + document.tokens.length, 0);
      progress.show(state.step, tokens, loss);
      if (Date.now() - lastSaved > secondsBetweenCheckpoints * 1000) {
        saveCheckpoint(checkpointPath, state, fingerprint);
        lastSaved = Date.now();
      }
    }
    state.step = start + steps;
    const perplexity = await meter.perplexity(state.average);
    if (perplexity < Math.min(Infinity, ...state.tuningPerplexities)) state.best = state.average.slice();
    state.tuningPerplexities.push(perplexity);
    saveCheckpoint(checkpointPath, state, fingerprint);
    progress.note(`epoch ${epoch + 1}: tuning perplexity ${perplexity.toFixed(4)}`);
  }
  return state;
}

interface PlannedEpoch {
  phase: Phase;
  /** Steps before the phase, and in it. */
  phaseStart: number;
  phaseSteps: number;
  /** Steps before the epoch, and in it. */
  start: number;
  steps: number;
}

/** Epochs of a phase differ by a few batches; each takes as many steps as the phase's epoch 0 would, so that the schedule fits. */
function planEpochs(
  corpus: Corpus,
  teacher: Teacher,
  vocabulary: Vocabulary,
  settings: Settings,
): PlannedEpoch[] {
  const planned: PlannedEpoch[] = [];
  let phaseStart = 0;
  for (const phase of settings.phases) {
    const steps = epochBatches(
      epochDocuments(corpus, teacher, vocabulary, settings, phase, 0),
      settings,
      0,
    ).length;
    const phaseSteps = steps * phase.epochs;
    for (let epoch = 0; epoch < phase.epochs; epoch++)
      planned.push({ phase, phaseStart, phaseSteps, start: phaseStart + epoch * steps, steps });
    phaseStart += phaseSteps;
  }
  return planned;
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
