import { educationLevels, textify, type CareerHistory } from '../../src/career/index.ts';
import {
  careerDocument,
  encodeDocument,
  type TokenDocument,
  type WeightedPiece,
} from '../../src/predictors/documents/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { retell } from './augmentation.ts';
import { trainMerges } from './bytePairs.ts';
import { collectMarkers } from './markers.ts';
import { descriptionLines, occupationTextHeader, titleVariants, variantLines } from './occupationTexts.ts';
import { federalJudges, nlsy97, youngWomen, type Population } from './populations.ts';
import type { Phase, Settings } from './settings.ts';
import type { Teacher } from './teacher.ts';
import { Vocabulary } from './vocabulary.ts';

/** What the model learns from, before it is cut into tokens. */
export interface Corpus {
  /** NLSY97, whose occupations the app predicts. */
  main: Population;
  others: readonly Population[];
  /** Everyday titles by occupation code. */
  variants: ReadonlyMap<string, readonly string[]>;
  variantLines: readonly WeightedPiece[][];
  descriptionLines: readonly WeightedPiece[][];
}

/** Reads all sources; held-out people never enter. */
export function readCorpus(): Corpus {
  const variants = titleVariants();
  const titleOf = new Map(occ1990dd.occupations.map(({ code, title }) => [code, title]));
  return {
    main: nlsy97(),
    others: [youngWomen(), federalJudges()],
    variants,
    variantLines: variantLines(variants, titleOf),
    descriptionLines: descriptionLines(),
  };
}

/** Weight that any title of the list has in the training of merges, besides its own frequency. */
const titleFloor = 100;
/** Weight of a word of the other texts there, where a title in a career weighs 1. */
const textWeight = 0.05;

/**
 * The tokenizer of a corpus, in two stages: merges within words, mostly those of the titles, so that
 * a rare title is a few words that it shares with others; then merges across the words of whole titles, so
 * that a frequent title is one token.
 */
export function learnVocabulary(corpus: Corpus, wordMerges: number, titleMerges: number): Vocabulary {
  const titles = new Map(occ1990dd.occupations.map(({ title }) => [` ${title}`, titleFloor]));
  for (const { observations } of corpus.main.training)
    for (const { title } of observations) add(titles, ` ${title}`, 1);

  const words = new Map<string, number>();
  const addWords = (text: string, weight: number) => {
    for (const word of text.match(/ ?[^ ]+/g) ?? []) add(words, word, weight);
  };
  for (const [title, weight] of titles) addWords(title, weight);
  for (const { training } of corpus.others)
    for (const career of training)
      for (const piece of textify(career).pieces) if (piece.verbatim) addWords(piece.text, textWeight);
  for (const line of [...corpus.variantLines, ...corpus.descriptionLines])
    for (const piece of line) if (piece.verbatim) addWords(piece.text, textWeight);

  const merges = trainMerges(titles, titleMerges, trainMerges(words, wordMerges));
  return new Vocabulary(collectMarkers(templateTexts(corpus), 20), merges);
}

const add = (counts: Map<string, number>, unit: string, weight: number) =>
  counts.set(unit, (counts.get(unit) ?? 0) + weight);

/** Template texts of all careers, and of the shapes that careers with facts left out have. */
function* templateTexts(corpus: Corpus): Generator<string> {
  for (const career of [corpus.main, ...corpus.others].flatMap((population) => population.training))
    for (const shape of withFactsLeftOut(career))
      for (const piece of textify(shape).pieces) if (!piece.verbatim) yield piece.text;
  for (const line of [...corpus.variantLines, ...corpus.descriptionLines])
    for (const piece of line) if (!piece.verbatim) yield piece.text;
  for (let i = 0; i < 20; i++) yield occupationTextHeader;
  for (const education of [...educationLevels, null])
    for (const { text } of textify({
      personId: '',
      population: corpus.main.name,
      observations: [{ year: 2000, education, occupationCode: null, title: '' }],
    }).pieces)
      yield text;
}

function withFactsLeftOut(career: CareerHistory): CareerHistory[] {
  const { sex: _sex, ...sexless } = career;
  const { region: _region, ...regionless } = { ...career, observations: [] };
  const { raceEthnicity: _raceEthnicity, ...bare } = regionless;
  return [career, { ...sexless, observations: [] }, regionless, bare];
}

/** Documents of one epoch: every NLSY97 person retold, a share of everything else. Depends on seed and epoch only. */
export function epochDocuments(
  corpus: Corpus,
  teacher: Teacher,
  vocabulary: Vocabulary,
  settings: Settings,
  phase: Phase,
  epoch: number,
): TokenDocument[] {
  const random = new SeededRandom(settings.seed).split(`epoch ${epoch}`);
  const documents = corpus.main.training.map((career) => {
    const { career: told, replaced, forgotten } = retell(career, corpus.variants, random);
    return careerDocument(told, vocabulary, settings.structureWeight, {
      isTarget: (i) => !replaced.has(i),
      taughtTitles: (i) => teacher.titles(career.personId, i + forgotten, settings.teacher.labels, random),
      taughtShare: phase.taughtShare,
    });
  });
  for (const { training } of corpus.others)
    for (const career of sample(training, phase.otherCareersPerEpoch, random))
      documents.push(careerDocument(career, vocabulary, settings.structureWeight));
  const lines = sample(
    [...corpus.variantLines, ...corpus.descriptionLines],
    phase.occupationLinesPerEpoch,
    random,
  );
  documents.push(...packLines(lines, vocabulary));
  return documents;
}

/** A seeded sample without replacement. */
function sample<T>(items: readonly T[], share: number, random: SeededRandom): T[] {
  return random.shuffle([...items]).slice(0, Math.round(items.length * share));
}

/** About how many tokens a document of occupation lines has. */
const packedLength = 110;

function packLines(lines: readonly WeightedPiece[][], vocabulary: Vocabulary): TokenDocument[] {
  const header: WeightedPiece = { text: occupationTextHeader, verbatim: false, weight: 0 };
  const documents: TokenDocument[] = [];
  let pieces: WeightedPiece[] = [header];
  let length = 1;
  for (const line of lines) {
    const lineLength = line.reduce((total, piece) => total + vocabulary.encode(piece).length, 0);
    if (length + lineLength > packedLength && pieces.length > 1) {
      documents.push(encodeDocument(pieces, vocabulary));
      pieces = [header];
      length = 1;
    }
    pieces.push(...line);
    length += lineLength;
  }
  if (pieces.length > 1) documents.push(encodeDocument(pieces, vocabulary));
  return documents;
}
