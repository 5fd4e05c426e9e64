import type { CareerHistory } from '../career/index.ts';
import type { NextStep } from '../occupation/index.ts';
import { AppError, readMessages, throwIfAborted, Turns } from '../platform/index.ts';
import type { CareerToSave, SameId, Store } from '../storage/index.ts';
import type {
  CareerScore,
  CareerTop,
  DevicePreference,
  ModelProgress,
  PredictRequest,
} from '../predictors/language/index.ts';
import {
  AdapterShelf,
  Answers,
  bench,
  chosenModel,
  type DeviceAttempt,
  DeviceMemory,
  type LoadedModel,
  loadModel,
  type ModelChoice,
  ModelResources,
  type StartOutcome,
  tryNextDevice,
} from '../workbench/index.ts';
import { noteReadiness, realmReport } from './realm.ts';
import type { HostEvent, WorkerHost } from './wire.ts';
import { holdLock } from './workerLock.ts';

/** The worker's side of the contract: composes all rooms. One model, one run at a time. */
export class ModelHost implements WorkerHost {
  #model: LoadedModel | null = null;
  #answers: Answers | null = null;
  #emit: (event: HostEvent) => void = () => undefined;
  readonly #turns = new Turns();
  readonly #running = new Map<number, AbortController>();

  readonly #memory: DeviceMemory;

  /** `build` names the app's build and the browser: what is measured is remembered for these. */
  constructor(
    private readonly store: Store,
    build: string,
  ) {
    this.#memory = new DeviceMemory(store, build);
  }

  async hello(lockName: string, onEvent: (event: HostEvent) => void): Promise<void> {
    this.#emit = onEvent;
    await holdLock(lockName);
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  abort(callId: number): Promise<void> {
    this.#running.get(callId)?.abort();
    return Promise.resolve();
  }

  realm(_callId: number, isFresh: boolean) {
    return realmReport(isFresh);
  }

  start(
    callId: number,
    preference: DevicePreference,
    models: string,
    attempts: readonly DeviceAttempt[],
    choice: ModelChoice,
  ): Promise<StartOutcome> {
    return this.#call(callId, async (signal) => {
      await this.#answers?.close();
      await this.#model?.route.dispose();
      this.#model = null;
      const onProgress = (progress: ModelProgress) => this.#emit({ callId, progress });
      const tried = await tryNextDevice({ preference, attempts, memory: this.#memory }, onProgress);
      if (!('device' in tried)) return tried;
      const { device } = tried;
      const read = chosenModel(choice, { models, store: this.store, device });
      this.#model = await loadModel(read, device, this.#memory, onProgress, signal);
      const resources = new ModelResources(this.#model, models, this.store);
      const shelf = new AdapterShelf(this.store);
      this.#answers = new Answers(resources, shelf, this.#model.report.adapters);
      if (choice === null) await noteReadiness(models, this.#model.report);
      return { report: this.#model.report };
    });
  }

  predict(callId: number, request: PredictRequest) {
    return this.#call(callId, (signal) => {
      if (!this.#answers) throw notStarted();
      return this.#answers.predict(request, (answer) => this.#emit({ callId, answer }), signal);
    });
  }

  scoreCareers(callId: number, histories: readonly CareerHistory[]): Promise<CareerScore[]> {
    return this.#eachCareer(callId, histories, (history, signal) =>
      this.#loaded().route.scoreCareer(history, signal),
    );
  }

  topOccupations(callId: number, histories: readonly CareerHistory[]): Promise<CareerTop[]> {
    return this.#eachCareer(callId, histories, (history, signal) =>
      this.#loaded().route.topOccupations(history, signal),
    );
  }

  tokenize(_callId: number, history: CareerHistory, next: NextStep) {
    return Promise.resolve(this.#loaded().route.tokenize(history, next));
  }

  bench(callId: number, runs: number | undefined) {
    return this.#call(callId, (signal) =>
      bench(this.#loaded(), {
        runs,
        onProgress: (progress) => this.#emit({ callId, bench: progress }),
        pause: async () => {
          await readMessages();
          throwIfAborted(signal);
        },
      }),
    );
  }

  saveCareer(_callId: number, career: CareerToSave) {
    return this.store.careers.save(career);
  }

  renameCareer(_callId: number, id: string, name: string) {
    return this.store.careers.rename(id, name);
  }

  deleteCareer(_callId: number, id: string) {
    return this.store.careers.delete(id);
  }

  keepDrafts(_callId: number, isOn: boolean) {
    return this.store.careers.keepDrafts(isOn);
  }

  saveDraft(_callId: number, career: Omit<CareerToSave, 'id'>) {
    return this.store.careers.saveDraft(career);
  }

  forgetMeasurements() {
    return this.store.forgetMeasurements();
  }

  exportEverything() {
    return this.store.backup.export();
  }

  inspectBackup(_callId: number, file: Blob) {
    return this.store.backup.inspect(file);
  }

  importBackup(_callId: number, file: Blob, sameId: SameId) {
    return this.store.backup.import(file, sameId);
  }

  deleteEverything() {
    return this.store.deleteEverything();
  }

  #call<T>(callId: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#abortable(callId, (signal) => this.#turn(signal, () => work(signal)));
  }

  /** Each career is a turn of its own, so that a prediction never waits for all of them. */
  #eachCareer<T>(
    callId: number,
    histories: readonly CareerHistory[],
    work: (history: CareerHistory, signal: AbortSignal) => Promise<T>,
  ): Promise<T[]> {
    return this.#abortable(callId, async (signal) => {
      const results: T[] = [];
      for (const history of histories) {
        results.push(await this.#turn(signal, () => work(history, signal)));
        this.#emit({ callId, scored: results.length });
      }
      return results;
    });
  }

  #turn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      throwIfAborted(signal);
      return work();
    });
  }

  async #abortable<T>(callId: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#running.set(callId, controller);
    try {
      return await work(controller.signal);
    } finally {
      this.#running.delete(callId);
    }
  }

  #loaded(): LoadedModel {
    if (!this.#model) throw notStarted();
    return this.#model;
  }
}

function notStarted(): AppError {
  return new AppError('bad-input', 'No model has been started');
}
