import type { CareerHistory } from './history.ts';
import { onward1, type TemplateOptions } from './template.ts';
import type { CareerText, TextPiece } from './text.ts';
import { normaliseTitle, titleText } from './titleText.ts';
import { educationLevels, populations, raceEthnicityWords, regionWords, sexWords } from './vocabulary.ts';

/** What stands on a line before its title is known. */
export interface StepFacts {
  year: number;
  education: string | null;
  region?: string;
}

const knownPopulations: ReadonlyMap<string, string> = new Map(
  Object.values(populations).map((name) => [name, name]),
);
const knownEducation: ReadonlyMap<string, string> = new Map(educationLevels.map((level) => [level, level]));

/**
 * A whole career as text, from `<A worker from the …>` to `<END OF DATA>` (no newline after it).
 *
 * Each title is a verbatim piece ` {title}` followed by a template piece `\n`, which ends the title. Under
 * `lastRecords` only the last k observations have a title piece: `titlePieces[i]` then belongs to observation
 * `observations.length - titlePieces.length + i`.
 */
export function textify(history: CareerHistory, options: TemplateOptions = {}): CareerText {
  const writer = new PieceWriter();
  for (const example of options.examples ?? []) {
    writeDocument(writer, example, options);
    writer.template(onward1.documentSeparator);
  }
  const titlePieces = writeDocument(writer, history, options);
  return { pieces: writer.pieces, titlePieces };
}

/**
 * The prompt of the step that follows `history`: the document up to and including the colon of the next line.
 * `titlePieces` are those of the past records.
 */
export function textifyPrompt(
  history: CareerHistory,
  next: StepFacts,
  options: TemplateOptions = {},
): CareerText {
  const writer = new PieceWriter();
  for (const example of options.examples ?? []) {
    writeDocument(writer, example, options);
    writer.template(onward1.documentSeparator);
  }
  writeHeader(writer, history, options);
  const titlePieces = writeRecords(writer, history, options);
  writeLineStart(writer, next, options);
  return { pieces: writer.pieces, titlePieces };
}

/** The pieces as one string. */
export function joinText(text: CareerText): string {
  return text.pieces.map((piece) => piece.text).join('');
}

function writeDocument(writer: PieceWriter, history: CareerHistory, options: TemplateOptions): number[] {
  writeHeader(writer, history, options);
  const titlePieces = writeRecords(writer, history, options);
  writer.template(onward1.documentEnd);
  return titlePieces;
}

function writeHeader(writer: PieceWriter, history: CareerHistory, options: TemplateOptions): void {
  writer.template(onward1.populationStart);
  writer.value(history.population, knownPopulations);
  writer.template(onward1.populationEnd);

  writer.template(onward1.headerStart);
  const { sex, raceEthnicity, region } = options.demographics === false ? {} : history;
  const words = [
    sex && (sexWords.get(sex) ?? sex),
    raceEthnicity && (raceEthnicityWords.get(raceEthnicity) ?? raceEthnicity),
  ];
  writer.template(/^[aeio]/i.test(words.find(Boolean) ?? '') ? ' an' : ' a');
  for (const [value, known] of [
    [sex, sexWords],
    [raceEthnicity, raceEthnicityWords],
  ] as const) {
    if (!value) continue;
    writer.template(' ');
    writer.value(value, known);
  }
  writer.template(onward1.headerWorker);
  if (region) {
    writer.template(onward1.regionStart);
    writer.value(region, regionWords);
    writer.template(onward1.regionEnd);
  }
  writer.template(onward1.headerEnd);

  if (history.birthYear !== undefined && options.birthYear !== false) {
    writer.template(`${onward1.birthYearStart}${history.birthYear}${onward1.birthYearEnd}`);
  }
  writer.template(onward1.recordsStart);
}

function writeRecords(writer: PieceWriter, history: CareerHistory, options: TemplateOptions): number[] {
  const titlePieces: number[] = [];
  const first = Math.max(0, history.observations.length - (options.lastRecords ?? Infinity));
  for (const observation of history.observations.slice(first)) {
    writeLineStart(writer, observation, options);
    titlePieces.push(writer.title(titleText(observation, options)));
  }
  return titlePieces;
}

/** `2001 (high school diploma or GED):`, without the space that begins the title. */
function writeLineStart(writer: PieceWriter, step: StepFacts, options: TemplateOptions): void {
  writer.template(`${step.year} (`);
  if (step.education) writer.value(step.education, knownEducation);
  else writer.template(onward1.educationUnknown);
  if (options.regionOnEachLine && options.demographics !== false && step.region) {
    writer.template(', ');
    writer.value(step.region, regionWords);
  }
  writer.template('):');
}

/** Collects pieces; neighbouring template text becomes one piece, so that a phrase can be one token. */
class PieceWriter {
  readonly pieces: TextPiece[] = [];
  #isOpen = false;

  template(text: string): void {
    const last = this.pieces.at(-1);
    if (last && this.#isOpen) last.text += text;
    else this.pieces.push({ text, verbatim: false });
    this.#isOpen = true;
  }

  /** Template text for a known value; the person's own words, on one line, for any other. */
  value(value: string, known: ReadonlyMap<string, string>): void {
    const words = known.get(value);
    if (words === undefined) this.#verbatim(normaliseTitle(value));
    else this.template(words);
  }

  /** Writes a title and the newline that ends it, which stays a piece of its own. Returns the title's index. */
  title(text: string): number {
    this.#verbatim(text);
    this.pieces.push({ text: onward1.titleEnd, verbatim: false });
    return this.pieces.length - 2;
  }

  #verbatim(text: string): void {
    this.pieces.push({ text, verbatim: true });
    this.#isOpen = false;
  }
}
