import { experiments } from '../evaluation/index.ts';
import type { ArmContrast, ArmOutcome, ExperimentReport } from '../worker/index.ts';
import { alignedRows } from './alignedRows.ts';

/** The report for people at a terminal: each arm's perplexity, and the differences that answer the question. */
export function experimentTable(report: ExperimentReport): string {
  const { name, panel, other, comparison, arms, contrasts } = report;
  const asked = experiments.find((each) => each.name === name);
  const labels = new Map(arms.map(({ arm, label }) => [arm, label]));
  const labelOf = (arm: string) => labels.get(arm) ?? arm;
  const { people, observations } = comparison.counts;
  const more = other ? `, up to ${other.people} of another population` : '';
  return [
    '',
    ...(asked ? [`${asked.title}: ${asked.question}`] : []),
    ...(asked?.finding ? [`The paper: ${asked.finding}`] : []),
    `${panel.fitting} people to learn from${more}; ${panel.tuning} others decide when to stop.`,
    `Perplexity on ${people} test people (${observations} observations), lower is better;`,
    `± is a standard error, from ${comparison.bootstrapDraws} draws of people.`,
    '',
    ...alignedRows([
      ['', 'perplexity', 'learned from', 'epochs', 'training'],
      ...arms.map((arm) => armRow(arm, report)),
    ]),
    ...arms.flatMap(({ label, failure }) => (failure ? [`${label} has no answer: ${failure.message}`] : [])),
    ...(contrasts.length === 0 ? [] : ['', 'Differences in perplexity on the same people']),
    ...alignedRows(contrasts.map((contrast) => contrastRow(contrast, labelOf))),
  ].join('\n');
}

function armRow(
  { arm, label, learnedFrom, epochs, trainingSeconds }: ArmOutcome,
  { comparison }: ExperimentReport,
): string[] {
  const model = comparison.models.find(({ name }) => name === arm);
  return [
    label,
    model ? plusMinus(model.metrics.perplexity, model.standardErrors.perplexity) : '–',
    learnedFrom.people === 0 ? '–' : `${learnedFrom.people} people`,
    epochs === null ? '–' : String(epochs),
    trainingSeconds === null ? '–' : `${trainingSeconds.toFixed(1)} s`,
  ];
}

/** Beyond two standard errors a difference is more than chance. */
function contrastRow(
  { first, second, difference, standardError }: ArmContrast,
  labelOf: (arm: string) => string,
): string[] {
  const isClear = difference !== null && standardError !== null && Math.abs(difference) > 2 * standardError;
  const verdict = !isClear ? 'may be chance' : difference < 0 ? 'better' : 'worse';
  return [`${labelOf(first)} − ${labelOf(second)}`, plusMinus(difference, standardError), verdict];
}

function plusMinus(value: number | null, standardError: number | null): string {
  if (value === null) return '–';
  return `${figure(value)} ± ${standardError === null ? '?' : figure(standardError)}`;
}

/** A model that finds impossible what happened has a perplexity of any size. */
const figure = (value: number) => (Math.abs(value) < 1e5 ? value.toFixed(3) : value.toExponential(1));
