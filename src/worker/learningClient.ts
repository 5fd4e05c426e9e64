import type { DevicePreference } from '../predictors/language/index.ts';
import type { ModelChoice, PanelRequest, RunSummary } from '../workbench/index.ts';
import type { WorkerStatus } from './contract.ts';
import { installErrorTransfer } from './errorTransfer.ts';
import type { LearningConnection } from './learningContract.ts';
import type { LearningEvent, LearningHostCalls } from './learningWire.ts';
import type { Send } from './pendingCall.ts';
import type { ReportProgress } from '../platform/index.ts';
import { trustOwnScripts } from '../shell/index.ts';
import { type CallOptions, Supervisor } from './supervisor.ts';
import { defaultTiming, type SupervisionTiming } from './workerLife.ts';

export interface LearningOptions {
  /** Begins a worker that exposes `LearningHostCalls`; the app's own where absent. */
  spawn?: () => Worker;
  timing?: Partial<SupervisionTiming>;
  /** Absolute address of the folder that holds `manifest.json`; `models/` beside the page where absent. */
  models?: string;
  preference?: DevicePreference;
}

function spawnLearningWorker(): Worker {
  trustOwnScripts();
  return new Worker(new URL('./learningWorker.ts', import.meta.url), {
    type: 'module',
    name: 'onward-learning',
  });
}

/** After this many lost devices in a row the processor is used. */
const deviceLossesBeforeProcessor = 2;

/**
 * The supervised worker that trains, behind its typed contract. It begins with the first call. One that dies is replaced:
 * the panels of this visit are given to the new one, and a run that was training goes on from its last checkpoint.
 */
export function connectLearning({
  spawn = spawnLearningWorker,
  timing = {},
  models = new URL('models/', globalThis.location.href).href,
  preference = 'auto',
}: LearningOptions = {}): LearningConnection {
  installErrorTransfer();
  const listeners = new Set<(status: WorkerStatus) => void>();
  let status: WorkerStatus = { phase: 'running' };
  const supervisor = new Supervisor<LearningHostCalls, LearningEvent>(
    spawn,
    { ...defaultTiming, ...timing },
    (next) => {
      status = next;
      for (const listener of listeners) listener(next);
    },
  );
  /** By the id of the panel; a dead worker's memory is theirs to restore. */
  const panels = new Map<string, PanelRequest>();
  let choice: ModelChoice = null;
  supervisor.keepModel((deviceLosses) => (host, id) => {
    const trusted = deviceLosses < deviceLossesBeforeProcessor ? preference : 'wasm';
    return host.setUp(id, { models, preference: trusted, choice, panels: [...panels.values()] });
  });

  const call = <T>(
    send: Send<LearningHostCalls, T>,
    options: Omit<CallOptions<LearningEvent>, 'needsModel'> = {},
  ): Promise<T> => supervisor.call(send, { needsModel: true, ...options }).answer;
  const measured = <T>(
    send: Send<LearningHostCalls, T>,
    onProgress: ReportProgress | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    const onEvent = (event: LearningEvent) => {
      if ('done' in event) onProgress?.(event.done, event.total);
    };
    return call(send, { onEvent, signal });
  };

  return {
    async useModel(next) {
      if (next === choice) return;
      await call((host, id) => host.useModel(id, next));
      choice = next;
    },
    openPanel: (file, options) => call((host, id) => host.openPanel(id, file, options)),
    inspectPanel: (file, layout, options, onProgress, signal) =>
      measured((host, id) => host.inspectPanel(id, file, layout, options), onProgress, signal),
    async addPanel(request, onProgress, signal) {
      const panel = await measured((host, id) => host.addPanel(id, request), onProgress, signal);
      panels.set(panel.id, request);
      return panel;
    },
    storePanel: (panel) => call((host, id) => host.storePanel(id, panel)),
    async renamePanel(panel, name) {
      await call((host, id) => host.renamePanel(id, panel, name));
      const request = panels.get(panel);
      if (request) panels.set(panel, { ...request, name });
    },
    async deletePanel(panel) {
      await call((host, id) => host.deletePanel(id, panel));
      panels.delete(panel);
    },
    listPanels: () => call((host, id) => host.listPanels(id)),
    readPanel: (panel, part) => call((host, id) => host.readPanel(id, panel, part)),
    exportForCluster: (panel, baseModel) => call((host, id) => host.exportForCluster(id, panel, baseModel)),
    exportCareerFiles: (panel) => call((host, id) => host.exportCareerFiles(id, panel)),

    defaultSettings: (kind, panel) => call((host, id) => host.defaultSettings(id, kind, panel)),
    createRun: (request) => call((host, id) => host.createRun(id, request)),
    trainRun(run, tell, options) {
      const onEvent = (event: LearningEvent) => {
        if ('run' in event) tell(event.run);
      };
      let isAgain = false;
      const send: Send<LearningHostCalls, RunSummary> = (host, id) => {
        const answer = host.trainRun(id, run, { ...options, isAgain });
        isAgain = true;
        return answer;
      };
      return call(send, { onEvent, isProgress: (event) => 'run' in event && event.run.kind === 'kept' });
    },
    pauseRun: (run) => call((host, id) => host.pauseRun(id, run)),
    stopRun: (run) => call((host, id) => host.stopRun(id, run)),
    describeRun: (run, words) => call((host, id) => host.describeRun(id, run, words)),
    listRuns: () => call((host, id) => host.listRuns(id)),
    deleteRun: (run) => call((host, id) => host.deleteRun(id, run)),

    listAdapters: () => call((host, id) => host.listAdapters(id)),
    exportAdapter: (adapter) => call((host, id) => host.exportAdapter(id, adapter)),
    importAdapter: (name, files) => call((host, id) => host.importAdapter(id, name, files)),
    deleteAdapter: (adapter) => call((host, id) => host.deleteAdapter(id, adapter)),
    keepAverage: (average) => call((host, id) => host.keepAverage(id, average)),

    compare: (request, onProgress, signal) =>
      measured((host, id) => host.compare(id, request), onProgress, signal),
    scorePanel: (request, onProgress, signal) =>
      measured((host, id) => host.scorePanel(id, request), onProgress, signal),
    savePredictions: (request, onProgress, signal) =>
      measured((host, id) => host.savePredictions(id, request), onProgress, signal),
    runExperiment(request, tell, signal) {
      const onEvent = (event: LearningEvent) => {
        if ('arm' in event) tell?.(event.arm);
      };
      return call((host, id) => host.runExperiment(id, request), { onEvent, signal });
    },
    device: () => call((host, id) => host.device(id)),
    realm: (isFresh) => call((host, id) => host.realm(id, isFresh)),

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
