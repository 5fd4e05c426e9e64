import { AppError } from '../platform/index.ts';
import { findGpuAdapter, openGpu } from './gpuDevice.ts';
import { probeProblem, type ProbeCase } from './probe.ts';
import type { Runtime } from './runtime.ts';
import { wasmRuntime, webgpuRuntime } from './webRuntime.ts';

/** A device that takes longer over the probe cases hangs, or is no use. */
const usualPatienceMs = 60_000;

export interface DeviceAttempt {
  /** What was tried, in plain words. */
  readonly device: string;
  readonly isUsable: boolean;
  readonly reason: string;
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
  open(): Promise<OpenedDevice | string>;
}

export interface OpenedDevice {
  readonly runtime: Runtime;
  readonly name: string;
  readonly hasF16: boolean;
}

/**
 * The first candidate that gives the known answer of every probe case; detection of features is not trusted.
 * Throws `unsupported` with all reasons where none does. In a browser pass one GPU candidate per worker:
 * onnxruntime-web (1.30) runs everything on the first GPU device that a worker gave it, also once that is destroyed.
 */
export async function chooseDevice(
  candidates: readonly DeviceCandidate[],
  cases: readonly ProbeCase[],
  { patienceMs = usualPatienceMs }: { patienceMs?: number } = {},
): Promise<ChosenDevice> {
  const attempts: DeviceAttempt[] = [];
  for (const candidate of candidates) {
    const { label, device } = candidate;
    const opened = await opening(candidate);
    const problem =
      typeof opened === 'string'
        ? opened
        : await withPatience(probeProblem(opened.runtime, cases), patienceMs);
    if (typeof opened !== 'string' && problem === null) {
      const reason = chosenReason(label, attempts);
      attempts.push({ device: label, isUsable: true, reason: 'gave the known answer of every test' });
      return { ...opened, device, reason, attempts };
    }
    if (typeof opened !== 'string') opened.runtime.gpuDevice?.destroy();
    attempts.push({ device: label, isUsable: false, reason: problem ?? '' });
  }
  const reasons = attempts.map(({ device, reason }) => `${device}: ${reason}`).join('; ');
  throw new AppError('unsupported', `No device here can run the language model. ${reasons}.`, { reasons });
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
