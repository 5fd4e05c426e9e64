import type { ArmModel, Experiment, ExperimentArm } from '../../../../evaluation/index.ts';
import type { PanelSummary } from '../../../../worker/index.ts';

export interface ExperimentLimits {
  /** Null: no limit. */
  people: number | null;
  epochs: number | null;
}

/**
 * Milliseconds for one observation on two cores without a graphics card, measured in Chromium on the bundled model: `learn` for
 * each epoch, `ask` once for each test person.
 */
const milliseconds: Readonly<Record<ArmModel, { learn: number; ask: number; epochs: number }>> = {
  'language-route': { learn: 0, ask: 10, epochs: 0 },
  lora: { learn: 12, ask: 10, epochs: 5 },
  head: { learn: 1, ask: 12, epochs: 20 },
  career: { learn: 0.4, ask: 0.5, epochs: 15 },
  logit: { learn: 0.2, ask: 0.5, epochs: 15 },
  'bag-of-jobs': { learn: 0.2, ask: 0.5, epochs: 15 },
  mixture: { learn: 0.5, ask: 0.1, epochs: 1 },
  transitions: { learn: 0.01, ask: 0.1, epochs: 1 },
  average: { learn: 0, ask: 0, epochs: 0 },
};

/** A guess from counts alone, for a person who wonders whether to wait: within a factor of two on such a machine. */
export function expectedSeconds(
  { arms }: Experiment,
  panel: PanelSummary,
  other: PanelSummary | null,
  { people, epochs }: ExperimentLimits,
): number {
  const own = shareOf(panel, people);
  const learned = own * (panel.parts.fitting.observations + panel.parts.tuning.observations);
  const joining = other ? shareOf(other, people) * other.observations : 0;
  const asked = own * panel.parts.test.observations;
  const trained = new Set<string>();
  const total = arms.reduce((sum, arm) => {
    const cost = milliseconds[arm.model];
    const training = trainingOf(arm);
    const isTrained = arm.isFitted && !trained.has(training);
    trained.add(training);
    const rounds = Math.min(cost.epochs, epochs ?? Infinity);
    const { fittingShare = 1, otherShare = 0 } = arm;
    const learning = isTrained ? cost.learn * rounds * (fittingShare * learned + otherShare * joining) : 0;
    return sum + learning + cost.ask * asked * readings(arm);
  }, 0);
  return total / 1000;
}

function shareOf(panel: PanelSummary, people: number | null): number {
  return Math.min(1, (people ?? Infinity) / Math.max(1, panel.people));
}

function trainingOf({ model, shown, fittingShare, otherShare, settings }: ExperimentArm): string {
  return JSON.stringify([model, shown, fittingShare, otherShare, settings]);
}

/** A cut history is read anew at every observation; examples are read before each career. */
function readings({ shownWhenPredicting: { lastRecords, examples = 0 } = {} }: ExperimentArm): number {
  return (lastRecords === undefined ? 1 : 2 + lastRecords / 2) + examples / 2;
}
