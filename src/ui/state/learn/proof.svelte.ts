import { SvelteSet } from 'svelte/reactivity';
import type { ComparisonReport } from '../../../evaluation/index.ts';
import type { AdapterSummary, LearningConnection, PanelSummary } from '../../../worker/index.ts';
import type { Candidate } from '../../learn/proof/candidates.ts';
import { Attempt } from './attempt.svelte.ts';
import { PredictionFiles } from './predictionFiles.svelte.ts';

/** A report, and what it is about. */
export interface ProofOf {
  report: ComparisonReport;
  panel: PanelSummary;
  models: readonly Candidate[];
}

/** Which models are to be compared on the held-out people, and what came out. */
export class Proof {
  readonly attempt = new Attempt();
  /** Keys of the candidates that the person ticked or unticked against what is usual. */
  readonly #toggled = new SvelteSet<string>();
  withAverage = $state(false);
  result = $state.raw<ProofOf | null>(null);
  /** What the average of this report was kept as. */
  keptAverage = $state.raw<AdapterSummary | null>(null);

  readonly predictions: PredictionFiles;

  /** `onKept`: an average was kept, so that there is a new model. */
  constructor(
    private readonly connection: LearningConnection,
    private readonly onKept: () => void,
  ) {
    this.predictions = new PredictionFiles(connection);
  }

  isChosen({ key, isUsual }: Candidate): boolean {
    return isUsual !== this.#toggled.has(key);
  }

  toggle({ key }: Candidate): void {
    if (!this.#toggled.delete(key)) this.#toggled.add(key);
  }

  async compare(panel: PanelSummary, candidates: readonly Candidate[]): Promise<void> {
    const models = candidates.filter((each) => this.isChosen(each));
    const asked = this.withAverage && models.length > 1 ? [...models, averageOf(models)] : models;
    const report = await this.attempt.run('Measuring on the held-out people', (signal) =>
      this.connection.compare(
        {
          panel: panel.id,
          part: 'test',
          models: asked.map(({ name, reference }) => ({ name, model: reference })),
        },
        this.attempt.onProgress,
        signal,
      ),
    );
    if (!report) return;
    this.result = { report, panel, models: asked };
    this.keptAverage = null;
    this.attempt.message = 'The report is below.';
  }

  /** Makes the average of a report a model of its own, which answers on its own and can be exported with its members. */
  async keepAverage({ panel, models }: ProofOf): Promise<void> {
    const of = models.filter(({ reference }) => reference.kind !== 'average');
    const kept = await this.attempt.run('Keeping the average', () =>
      this.connection.keepAverage({
        panel: panel.id,
        name: averageName(of),
        of: of.map(({ name, reference }) => ({ name, model: reference })),
      }),
    );
    if (!kept) return;
    this.keptAverage = kept;
    this.attempt.message = `“${kept.name}” is kept. You can ask it about a career, or export it with its members.`;
    this.onKept();
  }
}

function averageOf(models: readonly Candidate[]): Candidate {
  return {
    key: 'average',
    name: `Average of the ${models.length}`,
    learnedFrom: 'its weights, from the tuning people of this panel',
    reference: { kind: 'average', of: models.map(({ reference }) => reference) },
    isUsual: false,
  };
}

function averageName(of: readonly Candidate[]): string {
  const names = `Average of ${of.map(({ name }) => name).join(' and ')}`;
  return names.length <= 48 ? names : `Average of ${of.length} models`;
}
