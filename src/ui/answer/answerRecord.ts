import { labelled } from '../../occupation/index.ts';
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

/** One row per occupation, most probable first by the model that is shown; a column for each model where several answered. Cells that a spreadsheet would run as a formula are escaped. */
export function answerCsv({ answer, comparison }: AnswerRecord): string {
  const several = answer.models.length > 1 ? answer.models : [];
  const header = [
    ...['rank', 'occupation_code', 'occupation_title', 'occupation_label', 'probability', 'raw_probability'],
    ...several.map(({ id }) => `probability_${id.replace(/\W+/g, '_')}`),
  ];
  const rows = rankOccupations(answer.list, answer.probabilities).map((row) => [
    String(row.rank),
    row.code,
    row.title,
    labelled(row).label,
    String(row.probability),
    String(answer.raw?.[row.index] ?? 0),
    ...several.map(({ probabilities }) => String(probabilities[row.index] ?? 0)),
    ...(comparison ? [String(comparison.probabilities[row.index] ?? 0)] : []),
  ]);
  return formatDelimited([[...header, ...(comparison ? ['table_probability'] : [])], ...rows]);
}

/** Everything as one JSON document, for programs. Probabilities in list order. */
export function answerJson({ history, answer, comparison, model }: AnswerRecord): string {
  const { list, probabilities, raw, shown, models, ...rest } = answer;
  const document = {
    format: 'onward-answer',
    version: 1,
    model,
    career: history,
    year: rest.year,
    education: rest.education,
    list: list.name,
    shown: shown.id,
    models: models.map(({ id, name, kind }) => ({ id, name, kind })),
    validMass: rest.validMass,
    outlook: outlook(answer),
    certainty: certainty(probabilities),
    table: comparison && { label: comparison.label, people: comparison.people },
    occupations: list.occupations.map(({ code, title }, index) => ({
      code,
      title,
      probability: probabilities[index],
      rawProbability: raw?.[index],
      ...(models.length > 1 && { byModel: models.map((each) => each.probabilities[index]) }),
      ...(comparison ? { tableProbability: comparison.probabilities[index] } : {}),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The ten most probable and the outlook as plain text, for the clipboard. */
export function answerText({ answer, model }: AnswerRecord): string {
  const by = answer.models.length > 1 ? `, by “${answer.shown.name}”` : '';
  const top = rankOccupations(answer.list, answer.probabilities).slice(0, 10);
  return [
    `What could come next in ${answer.year}${by}`,
    '',
    ...outlook(answer).map(({ label, probability }) => `${percent(probability)}  ${label}`),
    '',
    ...top.map(({ rank, title, probability }) => `${rank}. ${title}: ${percent(probability)}`),
    '',
    `${model}. Shares among people with a record like this one; nobody’s fate.`,
  ].join('\n');
}
