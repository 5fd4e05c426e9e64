import { AppError } from '../../src/platform/index.ts';
import type { DevicePreference, ModelReport } from '../../src/predictors/language/modelReport.ts';
import type { Prediction } from '../../src/predictors/language/prediction.ts';
import type { HostEvent, WorkerHost } from '../../src/worker/wire.ts';

/** What a scripted worker can do to itself. */
export interface Powers {
  /** Ends without a word. */
  die: () => void;
  /** Throws where nobody catches. */
  crash: () => void;
  /** Never reads another message. */
  block: () => void;
  /** Takes the lock of this name for life, where there are locks. */
  holdLock: (name: string) => Promise<void>;
}

export function report(device: DevicePreference): ModelReport {
  return {
    name: 'scripted',
    revision: '1',
    weightBytes: 0,
    isFromCache: true,
    populations: [],
    adapters: [],
    device: {
      device: device === 'webgpu' ? 'webgpu' : 'wasm',
      name: device,
      threads: 1,
      variant: 'fp32',
      reason: '',
      attempts: [],
    },
  };
}

/**
 * A real `WorkerHost` without a model: it does what the request's `personId` says (`answer`, `die 1` = die in the
 * first life only, …) and answers with its life and its device, so that a test sees who answered.
 */
export function scriptedHost(life: number, { die, crash, block, holdLock }: Powers): WorkerHost {
  let emit: (event: HostEvent) => void = () => undefined;
  let device: DevicePreference | null = null;
  const aborts = new Map<number, () => void>();
  const forever = new Promise<never>(() => undefined);

  const act = async (callId: number, script: string): Promise<string[]> => {
    const [verb = '', lives = '99'] = script.split(' ');
    const answer = [String(life), String(device)];
    if (life > Number(lives)) return answer;
    switch (verb) {
      case 'answer':
        return answer;
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, 60));
        return answer;
      case 'die':
        die();
        return forever;
      case 'crash':
        crash();
        return forever;
      case 'block':
        block();
        return forever;
      case 'wait':
        return new Promise((_, reject) => {
          aborts.set(callId, () => reject(new AppError('aborted', 'stopped in the worker')));
        });
      case 'ignore':
        return forever;
      case 'lose':
        throw new AppError('device-lost', 'the device was lost');
      case 'full':
        throw new AppError('quota', 'full', { usage: 1, quota: 2.5, isPersisted: true, what: 'weights' });
      default:
        throw new TypeError(`no script ${script}`);
    }
  };

  return {
    async hello(lockName, onEvent) {
      await holdLock(lockName);
      emit = onEvent;
    },
    ping: () => Promise.resolve(),
    abort: (callId) => Promise.resolve(aborts.get(callId)?.()),
    realm: () => Promise.resolve({ isSealed: false, traffic: { origins: [], violations: [] } }),
    async start(callId, preference, models, attempts) {
      if (models.includes('no-gpu') && preference !== 'wasm' && attempts.length < 2) {
        const reason = `wrong in life ${life}`;
        const failed = { device: `gpu ${attempts.length}`, isUsable: false, reason, hasRun: true };
        return { attempts: [...attempts, failed], isLast: preference === 'webgpu' && attempts.length === 1 };
      }
      emit({ callId, progress: { phase: 'downloading', fraction: 0.2 } });
      emit({ callId, progress: { phase: 'compiling', fraction: 0.8 } });
      await Promise.resolve();
      device = preference;
      return { report: report(preference) };
    },
    async predict(callId, request): Promise<Prediction> {
      const codes = await act(callId, request.history.personId);
      const numbers = {
        validMass: 1,
        promptTokens: 1,
        reusedTokens: 0,
        forwardedNodes: 0,
        leftOutRecords: 0,
        adapters: [],
        unanswered: [],
        milliseconds: 0,
      };
      return { codes, raw: new Float64Array(1), renormalised: new Float64Array(1), ...numbers };
    },
    async scoreCareers(callId, histories) {
      for (const [index, history] of histories.entries()) {
        await act(callId, history.personId);
        emit({ callId, scored: index + 1 });
      }
      return histories.map(({ personId }) => ({
        personId,
        logProbs: new Float64Array(1),
        stayLogProbs: new Float64Array(1),
        tokens: 1,
      }));
    },
    topOccupations: () => Promise.resolve([]),
    tokenize: async (callId, history) => [{ id: 1, text: (await act(callId, history.personId)).join() }],
    bench: () => Promise.reject(new AppError('unsupported', 'a scripted worker is not measured')),
    saveCareer: (_, career) => Promise.resolve({ ...career, id: String(life), savedAt: 0 }),
    renameCareer: () => Promise.resolve(),
    deleteCareer: () => Promise.resolve(),
    keepDrafts: () => Promise.resolve(),
    saveDraft: () => Promise.resolve(false),
    forgetMeasurements: () => Promise.resolve(),
    exportEverything: () => Promise.resolve(new Blob()),
    inspectBackup: () => Promise.reject(new Error('not scripted')),
    importBackup: () => Promise.reject(new Error('not scripted')),
    deleteEverything: () => Promise.resolve(),
  };
}

export function request(script: string) {
  return {
    history: { personId: script, population: 'p', observations: [] },
    next: { year: 2020, education: null },
  };
}
