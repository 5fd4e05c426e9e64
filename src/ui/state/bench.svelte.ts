import {
  type BenchEntry,
  type BenchProgress,
  type DevicePreference,
  type FirstAnswer,
  type ModelChoice,
  type ModelProgress,
  type OnwardConnection,
  timeToFirstAnswer,
} from '../../worker/index.ts';
import { Attempt } from './learn/attempt.svelte.ts';

/** How much of the bar is loading and how much measuring; the rest is the browser's count of memory. */
const barShare = { loading: 0.2, measuring: 0.75 };

const busyWith: Readonly<Record<BenchProgress['part'], string>> = {
  limits: 'Measuring what the device can do at best',
  prefill: 'Measuring how fast it reads',
  decode: 'Measuring one token at a time',
  answer: 'Measuring whole answers',
};

/** What was measured in this visit, each model and device in a worker of its own. */
export class Bench {
  entries = $state.raw<readonly BenchEntry[]>([]);
  readonly attempt = new Attempt();

  /** `open` begins a worker that nothing else uses. */
  constructor(private readonly open: () => OnwardConnection) {}

  /** Starts the model, asks it once, measures it, and lets it go. A failure is in `attempt.error`. */
  async measure(choice: ModelChoice, preference: DevicePreference): Promise<void> {
    const { attempt } = this;
    const entry = await attempt.run('Starting the model', async (signal) => {
      const connection = this.open();
      try {
        const onLoading = ({ fraction }: ModelProgress) => attempt.onProgress(barShare.loading * fraction, 1);
        const asked = { preference, choice };
        const { firstAnswer } = await timeToFirstAnswer(connection, asked, onLoading, signal);
        const onMeasuring = ({ part, fraction }: BenchProgress) => {
          attempt.busy = busyWith[part];
          attempt.onProgress(barShare.loading + barShare.measuring * fraction, 1);
        };
        const report = await connection.bench(onMeasuring, signal);
        return { report, firstAnswers: [firstAnswer] };
      } finally {
        connection.close();
      }
    });
    if (!entry) return;
    this.#add(entry);
    const { model, device, seconds } = entry.report;
    attempt.message = `Measured ${model} on ${device.name} in ${Math.round(seconds)} seconds.`;
  }

  /** A model that is measured again on its device replaces what was measured before; starts of another kind stay. */
  #add(entry: BenchEntry): void {
    const before = this.entries.find((other) => entryKey(other) === entryKey(entry));
    const [latest] = entry.firstAnswers;
    const others = before?.firstAnswers.filter((answer) => startKind(answer) !== startKind(latest)) ?? [];
    this.entries = [
      { ...entry, firstAnswers: [...others, latest] },
      ...this.entries.filter((other) => other !== before),
    ];
  }
}

/** Tells models and devices apart. */
export function entryKey({ report: { model, revision, device } }: BenchEntry): string {
  return JSON.stringify([model, revision, device.variant, device.device, device.name]);
}

const startKind = ({ isFromCache, isRemembered }: FirstAnswer) => `${isFromCache} ${isRemembered}`;
