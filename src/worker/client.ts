import { AppError, outOfMemoryError, withAbort } from '../platform/index.ts';
import { trustOwnScripts } from '../shell/index.ts';
import { type BenchProgress, pageMemory } from '../workbench/benchReport/index.ts';
import type { DevicePreference, ModelProgress, ModelReport } from '../predictors/language/index.ts';
import type { DeviceAttempt, ModelChoice, StartOutcome } from '../workbench/index.ts';
import type { OnwardConnection, WorkerStatus } from './contract.ts';
import { installErrorTransfer } from './errorTransfer.ts';
import { LatestWins } from './latestWins.ts';
import type { Send } from './pendingCall.ts';
import { type LoadModel, Supervisor } from './supervisor.ts';
import type { HostEvent, WorkerHost } from './wire.ts';
import { type SupervisionTiming, defaultTiming } from './workerLife.ts';

export interface ConnectOptions {
  /** Begins a worker that exposes a `WorkerHost`; the app's own where absent. */
  spawn?: () => Worker;
  timing?: Partial<SupervisionTiming>;
  /** Absolute address of the folder that holds `manifest.json`; `models/` beside the page where absent. */
  models?: string;
}

function spawnHost(): Worker {
  trustOwnScripts();
  return new Worker(new URL('./host.ts', import.meta.url), { type: 'module', name: 'onward' });
}

/**
 * The supervised worker behind the typed contract. The worker begins with the first call. A call that the worker
 * dies under is put to a new one, which first loads the model again; `onStatus` tells the page.
 */
export function connect({
  spawn = spawnHost,
  timing = {},
  models = new URL('models/', globalThis.location.href).href,
}: ConnectOptions = {}): OnwardConnection {
  installErrorTransfer();
  const listeners = new Set<(status: WorkerStatus) => void>();
  let status: WorkerStatus = { phase: 'running' };
  const supervisor = new Supervisor<WorkerHost, HostEvent>(spawn, { ...defaultTiming, ...timing }, (next) => {
    status = next;
    for (const listener of listeners) listener(next);
  });
  const edits = new LatestWins();
  let model: Promise<ModelReport> | null = null;
  let starting = new AbortController();

  /** Waits for the model that is being loaded; rejects like its `start` did. */
  const loaded = async (signal: AbortSignal | undefined): Promise<void> => {
    if (!model) throw new AppError('bad-input', 'No model has been started');
    await withAbort(model, signal);
  };
  const perCareer = async <T>(
    send: Send<WorkerHost, T[]>,
    onScored: (done: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<T[]> => {
    await loaded(signal);
    let scored = 0;
    const advance = (done: number) => {
      // A retry counts from the start again; the bar does not.
      if (done > scored) onScored((scored = done));
    };
    const onEvent = (event: HostEvent) => {
      if ('scored' in event) advance(event.scored);
    };
    const results = await supervisor.call(send, { signal, onEvent, needsModel: true }).answer;
    advance(results.length);
    return results;
  };
  const unmodelled = <T>(send: Send<WorkerHost, T>): Promise<T> =>
    supervisor.call(send, { needsModel: false }).answer;

  return {
    start(preference, onProgress, signal, choice = null) {
      if (model) {
        starting.abort(new AppError('aborted', 'Another model is being loaded', { superseded: true }));
        supervisor.dropModel();
      }
      starting = new AbortController();
      const either = signal ? AbortSignal.any([signal, starting.signal]) : starting.signal;
      const progress = forwardOnly(onProgress);
      const onEvent = (event: HostEvent) => {
        if ('progress' in event) progress(event.progress);
      };
      const report = deviceByDevice((attempts) => {
        if (attempts.length > 0) supervisor.dropModel();
        const send: Send<WorkerHost, StartOutcome> = (host, id) =>
          host.start(id, preference, models, attempts, choice);
        return supervisor.call(send, { signal: either, onEvent, needsModel: false }).answer;
      }).then(({ report: loaded, attempts }) => {
        supervisor.keepModel(reloading(preference, models, attempts, choice));
        // Events come through a channel of their own and may be late.
        progress({ phase: 'ready', fraction: 1 });
        return loaded;
      });
      model = report;
      report.catch(() => undefined);
      return report;
    },

    predict(request, signal, onAnswer) {
      const onEvent = (event: HostEvent) => {
        if ('answer' in event) onAnswer?.(event.answer);
      };
      const answer = edits.run(async () => {
        await loaded(signal);
        const options = { signal, onEvent, needsModel: true };
        const call = supervisor.call((host, id) => host.predict(id, request), options);
        // The next edit waits until the worker is free, not only until this caller has turned away.
        await call.settled;
        return call.answer;
      }, signal);
      return withAbort(answer, signal);
    },

    scoreCareers: (histories, onScored, signal) =>
      perCareer((host, id) => host.scoreCareers(id, histories), onScored, signal),
    topOccupations: (histories, onScored, signal) =>
      perCareer((host, id) => host.topOccupations(id, histories), onScored, signal),

    async tokenize(history, next, signal) {
      await loaded(signal);
      const options = { signal, needsModel: true };
      return supervisor.call((host, id) => host.tokenize(id, history, next), options).answer;
    },

    async bench(onProgress, signal, runs) {
      await loaded(signal);
      const progress = forwardOnly<BenchProgress>(onProgress);
      const onEvent = (event: HostEvent) => {
        if ('bench' in event) progress(event.bench);
      };
      const options = { signal, onEvent, needsModel: true };
      const speed = await supervisor.call((host, id) => host.bench(id, runs), options).answer;
      const machine = {
        userAgent: navigator.userAgent,
        cores: navigator.hardwareConcurrency,
        isCrossOriginIsolated: globalThis.crossOriginIsolated,
        measuredAt: new Date().toISOString(),
      };
      return { ...speed, machine, pageMemory: await withAbort(pageMemory(speed.device.threads), signal) };
    },

    saveCareer(career) {
      // Named here, so that a save that a dying worker did not tell of is not done twice.
      const named = { id: crypto.randomUUID(), ...career };
      return unmodelled((host, id) => host.saveCareer(id, named));
    },
    renameCareer: (career, name) => unmodelled((host, id) => host.renameCareer(id, career, name)),
    deleteCareer: (career) => unmodelled((host, id) => host.deleteCareer(id, career)),
    keepDrafts: (isOn) => unmodelled((host, id) => host.keepDrafts(id, isOn)),
    saveDraft: (career) => unmodelled((host, id) => host.saveDraft(id, career)),
    forgetMeasurements: () => unmodelled((host, id) => host.forgetMeasurements(id)),
    realm: (isFresh) => unmodelled((host, id) => host.realm(id, isFresh)),
    exportEverything: () => unmodelled((host, id) => host.exportEverything(id)),
    inspectBackup: (file) => unmodelled((host, id) => host.inspectBackup(id, file)),
    importBackup: (file, sameId) => unmodelled((host, id) => host.importBackup(id, file, sameId)),
    deleteEverything: () => unmodelled((host, id) => host.deleteEverything(id)),

    get status() {
      return status;
    },
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      supervisor.close();
      listeners.clear();
    },
  };
}

/** Starts with each device in turn, each in a worker of its own, until one gives right answers. */
async function deviceByDevice(
  start: (attempts: readonly DeviceAttempt[]) => Promise<StartOutcome>,
): Promise<{ report: ModelReport; attempts: readonly DeviceAttempt[] }> {
  let attempts: readonly DeviceAttempt[] = [];
  for (;;) {
    const outcome = await start(attempts);
    if ('report' in outcome) return { report: outcome.report, attempts };
    ({ attempts } = outcome);
    if (outcome.isLast) throw noDevice(attempts);
  }
}

/** Loads the same model again, without asking the devices that gave wrong answers. */
function reloading(
  preference: DevicePreference,
  models: string,
  attempts: readonly DeviceAttempt[],
  choice: ModelChoice,
): LoadModel<WorkerHost> {
  return (deviceLosses) => async (host, callId) => {
    // Lost twice in a row: the processor computes the same, only later.
    const isDistrusted = preference === 'auto' && deviceLosses > 1;
    const outcome = isDistrusted
      ? await host.start(callId, 'wasm', models, [], choice)
      : await host.start(callId, preference, models, [...attempts], choice);
    if ('report' in outcome) return outcome.report;
    throw noDevice(outcome.attempts);
  };
}

function noDevice(attempts: readonly DeviceAttempt[]): AppError {
  const shortage = outOfMemoryError(attempts.at(-1)?.reason);
  if (shortage) return shortage;
  const reasons = attempts.map(({ device, reason }) => `${device}: ${reason}`).join('; ');
  return new AppError('unsupported', `No device here can run the language model. ${reasons}`, { reasons });
}

/** Passes on progress that goes forward, and 1 once: a start that is tried again begins at 0, the bar does not. */
function forwardOnly<P extends { fraction: number } = ModelProgress>(
  onProgress: (progress: P) => void,
): (progress: P) => void {
  let fraction = 0;
  return (progress) => {
    if (fraction === 1 || progress.fraction < fraction) return;
    ({ fraction } = progress);
    onProgress(progress);
  };
}
