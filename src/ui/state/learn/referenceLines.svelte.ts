import { SvelteMap } from 'svelte/reactivity';
import type { BaselineName } from '../../../evaluation/index.ts';
import type { LearningConnection, PanelSummary } from '../../../worker/index.ts';

/** A perplexity to compare a curve with. */
export interface ReferenceLine {
  label: string;
  perplexity: number;
  isOptimum: boolean;
  /** Whether it is where the curve begins, so that it may lie far above. */
  isStart?: boolean;
}

const counted: readonly (readonly [name: BaselineName, label: string])[] = [
  ['transitions', 'transition table'],
  ['mixture', 'mixture of tables'],
];

/**
 * What plain counting reaches on the tuning people of a panel, the same people that the curve is measured on. Without it
 * the chart shows the curve alone, so a failure is no one's concern.
 */
export class ReferenceLines {
  /** By panel. */
  readonly #lines = new SvelteMap<string, readonly ReferenceLine[]>();

  constructor(private readonly connection: LearningConnection) {}

  of({ id, optimum }: PanelSummary): readonly ReferenceLine[] {
    const best =
      optimum === null
        ? []
        : [{ label: 'best possible (test people)', perplexity: optimum, isOptimum: true } as const];
    return [...(this.#lines.get(id) ?? []), ...best];
  }

  /** Measures each table once a panel, one after the other, so that the quick one is there first. */
  async measure({ id, parts }: PanelSummary): Promise<void> {
    if (this.#lines.has(id) || parts.tuning.people === 0) return;
    this.#add(id, []);
    for (const [name, label] of counted) {
      try {
        const models = [{ name, model: { kind: 'baseline', name } as const }];
        const report = await this.connection.compare({ panel: id, part: 'tuning', models, draws: 0 });
        const perplexity = report.models[0]?.metrics.perplexity ?? null;
        if (perplexity !== null) this.#add(id, [{ label, perplexity, isOptimum: false }]);
      } catch {
        return;
      }
    }
  }

  #add(id: string, lines: readonly ReferenceLine[]): void {
    this.#lines.set(id, [...(this.#lines.get(id) ?? []), ...lines]);
  }
}
