import type { Experiment } from '../../../../evaluation/index.ts';
import type { ArmContrast, ArmProgress, ExperimentReport } from '../../../../worker/index.ts';
import { counted, durationInWords } from '../../words.ts';
import { metricValue } from '../metricWords.ts';

/** Differences beyond this many standard errors are more than chance. */
const clear = 2;

export interface ContrastInWords {
  first: string;
  second: string;
  /** `better by 0.12 ± 0.04`. */
  difference: string;
  verdict: 'better' | 'worse' | 'no clear difference';
  /** How sure that is. */
  sureness: string;
}

/** A contrast for somebody who reads no signs: lower perplexity is better. */
export function contrastInWords(
  { first, second, difference, standardError }: ArmContrast,
  labelOf: (arm: string) => string,
): ContrastInWords {
  const names = { first: labelOf(first), second: labelOf(second) };
  if (difference === null)
    return { ...names, difference: '–', verdict: 'no clear difference', sureness: 'not known' };
  const side = difference < 0 ? 'better' : 'worse';
  const size = metricValue('perplexity', Math.abs(difference));
  if (standardError === null)
    return {
      ...names,
      difference: `${side} by ${size}`,
      verdict: 'no clear difference',
      sureness: 'uncertainty unknown',
    };
  const isClear = Math.abs(difference) > clear * standardError;
  return {
    ...names,
    difference: `${side} by ${size} ± ${metricValue('perplexity', standardError)}`,
    verdict: isClear ? side : 'no clear difference',
    sureness: isClear
      ? 'clear: more than two standard errors'
      : 'may be chance: less than two standard errors',
  };
}

/** What these data say, beside what the paper found. */
export function findingInWords(report: ExperimentReport, labelOf: (arm: string) => string): string {
  const told = report.contrasts.map((contrast) => contrastInWords(contrast, labelOf));
  const isClear = ({ verdict }: ContrastInWords) => verdict !== 'no clear difference';
  if (told.length === 0) return 'Nothing: too few have answers.';
  if (!told.some(isClear)) return 'Nothing clear: no difference is larger than two standard errors.';
  const sentences = told.filter(isClear).map(({ first, second, verdict }) => {
    return `“${first}” is ${verdict} than “${second}”.`;
  });
  const unclear = told.length - sentences.length;
  if (unclear > 0)
    sentences.push(`${counted(unclear, 'other difference', 'other differences')} may be chance.`);
  return sentences.join(' ');
}

/** The report with its arms under their labels, for tables and charts. */
export function labelled(
  { comparison }: ExperimentReport,
  labelOf: (arm: string) => string,
): ExperimentReport['comparison'] {
  return {
    ...comparison,
    models: comparison.models.map((model) => ({ ...model, name: labelOf(model.name) })),
  };
}

/** Words of an arm by its name. */
export function armLabels({ arms }: Pick<Experiment, 'arms'>): (arm: string) => string {
  const labels = new Map(arms.map(({ name, label }) => [name, label]));
  return (arm) => labels.get(arm) ?? arm;
}

const doingWords: Readonly<Record<ArmProgress['doing'], string>> = {
  reading: 'reading careers',
  training: 'training',
  scoring: 'asking about the test people',
};

/** `2 of 4, “CAREER”: training, epoch 3, 40 % (12 s left)`. */
export function progressInWords(
  { arm, index, arms, doing, done, total, epoch, secondsLeft }: ArmProgress,
  labelOf: (arm: string) => string,
): string {
  const share = total > 0 ? `, ${Math.round((100 * done) / total)}\u202f%` : '';
  const left = secondsLeft === null ? '' : ` (${durationInWords(secondsLeft)} left at most)`;
  const round = epoch === null ? '' : `, epoch ${epoch + 1}`;
  return `${index + 1} of ${arms}, “${labelOf(arm)}”: ${doingWords[doing]}${round}${share}${left}`;
}
