/** The lab's end inside the built app: the page that the command line drives, on the app's own worker. */
import { AppError } from '../../platform/index.ts';
import { StoredQueries } from '../../storage/index.ts';
import { connect, type ModelProgress, timeToFirstAnswer } from '../../worker/index.ts';
import { scoreByAverage } from './averaging.ts';
import { predictWith } from './answering.ts';
import { base, experiment, scoreWith, train, useBase } from './learning.ts';
import { savePredictions } from './predictions.ts';
import type { LabBridge, LabEvent, LabGlobal, Outcome } from './bridge.ts';

const lab = globalThis as LabGlobal;
const connection = connect();
const post = (event: LabEvent) => lab.onwardLabEvent?.(event);
const tell = (event: LabEvent) => void post(event);

const onScored = (scored: number) => {
  tell({ scored });
};

const onLoading = (progress: ModelProgress) => {
  tell({ progress });
};

connection.onStatus((status) => {
  if ('message' in status) tell({ status: status.message });
});

async function outcome<T>(answer: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await answer() };
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal';
    return { error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

const bridge: LabBridge = {
  useBase: (choice) =>
    outcome(() => {
      useBase(choice);
      return Promise.resolve(null);
    }),
  start: (device) => outcome(() => connection.start(device, onLoading, undefined, base())),

  scoreCareers: (histories) =>
    outcome(async () => {
      const scores = await connection.scoreCareers(histories, onScored);
      return scores.map((score) => ({
        ...score,
        logProbs: [...score.logProbs],
        stayLogProbs: [...score.stayLogProbs],
      }));
    }),

  topOccupations: (histories) =>
    outcome(async () => {
      const tops = await connection.topOccupations(histories, onScored);
      return tops.map((top) => ({ ...top, logProbs: [...top.logProbs] }));
    }),

  predict: (history, next) =>
    outcome(async () => {
      const prediction = await connection.predict({ history, next });
      const { raw, renormalised, adapters } = prediction;
      return {
        ...prediction,
        raw: [...raw],
        renormalised: [...renormalised],
        adapters: adapters.map((answer) => ({ ...answer, probabilities: [...answer.probabilities] })),
      };
    }),

  predictWith: (model, question, device) =>
    outcome(() => predictWith(connection, model, question, device, tell)),

  scoreWith: (model, careers, device) =>
    outcome(() =>
      'average' in model
        ? scoreByAverage(model.average, careers, device, tell)
        : scoreWith(model, careers, device, tell),
    ),
  storedModels: () => outcome(() => new StoredQueries().listModels()),
  timeToFirstAnswer: (preference, choice) =>
    outcome(() => timeToFirstAnswer(connection, { preference, choice }, onLoading)),
  bench: (runs) => outcome(() => connection.bench((bench) => tell({ bench }), undefined, runs)),
  savePredictions: (request, device) => outcome(() => savePredictions(request, device, post)),
  experiment: (request, device) => outcome(() => experiment(request, device, tell)),
  train: (request, device) => outcome(() => train(request, device, tell)),
};

lab.onwardLab = bridge;
