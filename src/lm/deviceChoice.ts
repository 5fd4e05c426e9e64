import { adapterIdentity, findGpuAdapter, openGpu } from './gpuDevice.ts';
import { probeProblem, startProblem, type ProbeCase } from './probe.ts';
import type { Runtime } from './runtime.ts';
import { wasmRuntime, webgpuRuntime } from './webRuntime.ts';

/** A device that takes longer over the probe cases hangs, or is no use. */
const usualPatienceMs = 60_000;

/** The runtime itself comes over the network, 4 or 7 MB compressed: slow there says nothing about the device. */
const startPatienceMs = 300_000;

export interface DeviceAttempt {
  /** What was tried, in plain words. */
  readonly device: string;
  readonly isUsable: boolean;
  readonly reason: string;
  /** Whether it really computed, or failed to in time: only that says something about the device itself. */
  readonly hasRun: boolean;
  /** When, in milliseconds since 1970, where that was on an earlier visit and is only remembered. */
  readonly measuredAt?: number;
}

/** The device that will run, how that was decided, and everything that was tried before it. */
export interface ChosenDevice {
  readonly runtime: Runtime;
  readonly device: 'webgpu' | 'wasm';
  readonly name: string;
  readonly hasF16: boolean;
  readonly reason: string;
  readonly attempts: readonly DeviceAttempt[];
}

/** One way to run a model. `open` gives the reason, as text, where this machine does not have it. */
export interface DeviceCandidate {
  readonly label: string;
  readonly device: 'webgpu' | 'wasm';
  /** What tells this machine's device from another one's, so that failures are remembered of it alone; null: none here. */
  identity(): Promise<string | null>;
  open(): Promise<OpenedDevice | string>;
}

export interface OpenedDevice {
  readonly runtime: Runtime;
  readonly name: string;
  readonly hasF16: boolean;
}

/**
 * The candidate, if it gives the known answer of every probe case (detection of features is not trusted); else
 * `earlier` attempts and this one. In a browser, pass one GPU candidate per worker: onnxruntime-web (1.30) runs
 * everything on the first GPU device that a worker gave it, also once that is destroyed.
 */
export async function tryDevice(
  candidate: DeviceCandidate,
  cases: readonly ProbeCase[],
  earlier: readonly DeviceAttempt[] = [],
  { patienceMs = usualPatienceMs }: { patienceMs?: number } = {},
): Promise<ChosenDevice | readonly DeviceAttempt[]> {
  const { label, device } = candidate;
  const failed = (reason: string, hasRun: boolean) => [
    ...earlier,
    { device: label, isUsable: false, reason, hasRun },
  ];
  const opened = await opening(candidate);
  if (typeof opened === 'string') return failed(opened, false);
  const absence = await withPatience(startProblem(opened.runtime, cases), startPatienceMs);
  const answers = (given: readonly ProbeCase[]) =>
    withPatience(probeProblem(opened.runtime, given), patienceMs);
  const problem = absence ?? (await answers(cases.filter(({ needsF16 }) => !needsF16)));
  if (problem !== null) {
    opened.runtime.gpuDevice?.destroy();
    return failed(problem, absence === null);
  }
  const halfProblem = opened.hasF16 ? await answers(cases.filter(({ needsF16 }) => needsF16)) : null;
  const reason = `gave the known answer of every test${halfProblem === null ? '' : `, but not in 16 bits (${halfProblem})`}`;
  const attempts = [...earlier, { device: label, isUsable: true, reason, hasRun: true }];
  const hasF16 = opened.hasF16 && halfProblem === null;
  return { ...opened, hasF16, device, reason: chosenReason(label, earlier), attempts };
}

/** WebGPU with all features, WebGPU without subgroups, then the processor; or only the kind that was asked for. */
export function webCandidates(preference: 'auto' | 'webgpu' | 'wasm'): DeviceCandidate[] {
  const candidates = [
    gpuCandidate('WebGPU', true),
    gpuCandidate('WebGPU without subgroups', false),
    processor,
  ];
  return candidates.filter(({ device }) => preference === 'auto' || device === preference);
}

function gpuCandidate(label: string, subgroups: boolean): DeviceCandidate {
  return {
    label,
    device: 'webgpu',
    async identity() {
      const adapter = await findGpuAdapter();
      return typeof adapter === 'string' ? null : adapterIdentity(adapter.info);
    },
    async open() {
      const adapter = await findGpuAdapter();
      if (typeof adapter === 'string') return adapter;
      const { device, name, hasF16 } = await openGpu(adapter, { subgroups });
      return { runtime: await webgpuRuntime(device), name, hasF16 };
    },
  };
}

const processor: DeviceCandidate = {
  label: 'Processor (WebAssembly)',
  device: 'wasm',
  identity: () => Promise.resolve(`${navigator.hardwareConcurrency} cores`),
  async open() {
    const runtime = await wasmRuntime();
    const name = runtime.threads === 1 ? 'processor, 1 thread' : `processor, ${runtime.threads} threads`;
    return { runtime, name, hasF16: false };
  },
};

async function opening(candidate: DeviceCandidate): Promise<OpenedDevice | string> {
  try {
    return await candidate.open();
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

async function withPatience(problem: Promise<string | null>, patienceMs: number): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hang = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${patienceMs / 1000} seconds`), patienceMs);
  });
  return Promise.race([problem, hang]).finally(() => clearTimeout(timer));
}

function chosenReason(label: string, failed: readonly DeviceAttempt[]): string {
  if (failed.length === 0) return `${label} is the first choice and gave right answers.`;
  const problems = failed.map(({ device, reason }) => `${device} could not be used (${reason})`).join('; ');
  return `${problems}. ${label} gave right answers.`;
}
