import { formatDelimited, type CareerHistory } from '../../career/index.ts';
import { rankOccupations, type Answer } from './answer.ts';
import type { Comparison } from './comparison.ts';
import { outlook } from './outlook.ts';
import { certainty, percent } from './words.ts';

/** An answer with all that is needed to read it without the page. */
export interface AnswerRecord {
  history: CareerHistory;
  answer: Answer;
  comparison: Comparison | null;
  /** Model name, revision and device, in words. */
  model: string;
}

/** One row per occupation, most probable first. Cells that a spreadsheet would run as a formula are escaped. */
export function answerCsv({ answer, comparison }: AnswerRecord): string {
  const header = ['rank', 'occupation_code', 'occupation_title', 'probability', 'raw_probability'];
  const rows = rankOccupations(answer.list, answer.probabilities).map((row) => [
    String(row.rank),
    row.code,
    row.title,
    String(row.probability),
    String(answer.raw[row.index] ?? 0),
    ...(comparison ? [String(comparison.probabilities[row.index] ?? 0)] : []),
  ]);
  return formatDelimited([[...header, ...(comparison ? ['table_probability'] : [])], ...rows]);
}

/** Everything as one JSON document, for programs. Probabilities in list order. */
export function answerJson({ history, answer, comparison, model }: AnswerRecord): string {
  const { list, probabilities, raw, ...rest } = answer;
  const document = {
    format: 'onward-answer',
    version: 1,
    model,
    career: history,
    year: rest.year,
    education: rest.education,
    list: list.name,
    validMass: rest.validMass,
    outlook: outlook(answer),
    certainty: certainty(probabilities),
    table: comparison && { label: comparison.label, people: comparison.people },
    occupations: list.occupations.map(({ code, title }, index) => ({
      code,
      title,
      probability: probabilities[index],
      rawProbability: raw[index],
      ...(comparison ? { tableProbability: comparison.probabilities[index] } : {}),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The ten most probable and the outlook as plain text, for the clipboard. */
export function answerText({ answer, model }: AnswerRecord): string {
  const top = rankOccupations(answer.list, answer.probabilities).slice(0, 10);
  return [
    `What could come next in ${answer.year}`,
    '',
    ...outlook(answer).map(({ label, probability }) => `${percent(probability)}  ${label}`),
    '',
    ...top.map(({ rank, title, probability }) => `${rank}. ${title}: ${percent(probability)}`),
    '',
    `${model}. Shares among people with a record like this one; nobody’s fate.`,
  ].join('\n');
}
