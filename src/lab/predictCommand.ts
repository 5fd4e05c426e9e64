import { basename } from 'node:path';
import { type CareerHistory, importCareers, type Problem } from '../career/index.ts';
import { type NextStep, occ1990dd } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import { trainedBaseline } from './baselines.ts';
import type { PredictCommand } from './commandLine.ts';
import { LanguageRoute } from './languageRoute.ts';
import { readInput } from './panelFile.ts';
import { tell } from './stderrProgress.ts';
import type { LabPlace } from './baseModel.ts';
import { answerByModel, type LearnedSource, plainModel } from './learnedModel.ts';
import { plainCareer } from './plainCareer.ts';

interface Answer {
  device: string;
  codes: readonly string[];
  /** Of a list of the model's own; by the default list where absent. */
  titles?: ReadonlyMap<string, string>;
  /** Sum to 1. */
  probabilities: ArrayLike<number>;
  /** The language route's product of token probabilities; sums to `validMass`. */
  raw: ArrayLike<number> | null;
  validMass: number;
  seconds: number;
}

/** The JSON object of `predict`. */
export interface PredictionOutput {
  model: string;
  personId: string;
  next: NextStep;
  device: string;
  seconds: number;
  validMass: number;
  /** P(same occupation as last); null for an empty career or a last title outside the list. */
  stay: number | null;
  notWorking: number;
  /** From the most probable down. */
  occupations: { code: string; title: string; probability: number; raw: number | null }[];
}

/** A probability for every occupation that could come next in one career of a file. Throws AppError. */
export async function runPredict(command: PredictCommand): Promise<PredictionOutput> {
  const history = await careerOf(command);
  const next = nextStep(history, command);
  const answer = await answerOf(history, next, command);
  const { device, codes, probabilities, raw, validMass, seconds } = answer;
  const titles = answer.titles ?? titlesOf(occ1990dd.occupations);
  const occupations = codes
    .map((code, i) => ({
      code,
      title: titles.get(code) ?? code,
      probability: probabilities[i],
      raw: raw?.[i] ?? null,
    }))
    .sort((a, b) => b.probability - a.probability);
  const probabilityOf = (code: string | null | undefined) =>
    occupations.find((occupation) => occupation.code === code)?.probability;
  return {
    model: command.model,
    personId: history.personId,
    next,
    device,
    seconds,
    validMass,
    stay: probabilityOf(history.observations.at(-1)?.occupationCode) ?? null,
    notWorking: probabilityOf('not_working') ?? 0,
    occupations: occupations.slice(0, command.top ?? occupations.length),
  };
}

function answerOf(history: CareerHistory, next: NextStep, command: PredictCommand): Promise<Answer> {
  const { source } = command;
  switch (source.kind) {
    case 'language-route':
      return answerOfLanguageRoute(history, next, command);
    case 'baseline':
      return answerOfBaseline(history, next, source.name, source.train);
    default:
      return answerOfLearned(history, next, source, command);
  }
}

function titlesOf(occupations: readonly { code: string; title: string }[]): ReadonlyMap<string, string> {
  return new Map(occupations.map(({ code, title }) => [code, title]));
}

async function careerOf({ file, person }: PredictCommand): Promise<CareerHistory> {
  const { careers, problems, unlistedProblems } = importCareers(
    { name: basename(file), content: await readInput(file) },
    { presentYear: new Date().getFullYear(), occupations: occ1990dd.occupations },
  );
  for (const problem of problems) tell(sentence(problem));
  if (unlistedProblems > 0) tell(`… and ${unlistedProblems} more problems`);
  const chosen = person === null ? careers : careers.filter(({ personId }) => personId === person);
  if (chosen.length === 1) return chosen[0];
  if (careers.length === 0) throw new AppError('bad-input', `${file} holds no career that could be read`);
  if (person !== null) throw new AppError('bad-input', `${file} holds no person “${person}”`);
  const some = careers.slice(0, 5).map(({ personId }) => personId);
  throw new AppError(
    'bad-input',
    `${file} holds ${careers.length} people: choose one with --person (${some.join(', ')}, …)`,
  );
}

function sentence({ severity, file, row, column, message, advice }: Problem): string {
  const place = [file, row && `row ${row}`, column && `column ${column}`].filter(Boolean).join(', ');
  return `${severity}: ${place}: ${message} ${advice}`;
}

function nextStep({ observations }: CareerHistory, { year, education }: PredictCommand): NextStep {
  const last = observations.at(-1);
  const chosenYear = year ?? (last && last.year + 1);
  if (chosenYear === undefined)
    throw new AppError('bad-input', 'The career is empty: name the --year to predict');
  if (last && chosenYear <= last.year) {
    throw new AppError('bad-input', `The career goes on to ${last.year}; --year must come after it`);
  }
  const region = last?.region;
  return {
    year: chosenYear,
    education: education ?? last?.education ?? null,
    ...(region !== undefined && { region }),
  };
}

async function answerOfLanguageRoute(
  history: CareerHistory,
  next: NextStep,
  place: LabPlace,
): Promise<Answer> {
  const route = await LanguageRoute.open(place);
  try {
    const { codes, raw, renormalised, validMass, milliseconds } = await route.predict(history, next);
    return {
      device: route.report.device.device,
      codes,
      probabilities: renormalised,
      raw,
      validMass,
      seconds: milliseconds / 1000,
    };
  } finally {
    await route.close();
  }
}

/** Something trained: shipped, in a folder, or trained first. */
async function answerOfLearned(
  history: CareerHistory,
  next: NextStep,
  source: LearnedSource,
  command: PredictCommand,
): Promise<Answer> {
  const model = await plainModel(source, command);
  const answer = await answerByModel(model, { history: plainCareer(history), next }, command);
  const { occupations, probabilities, device, seconds } = answer;
  return {
    device: device.device,
    codes: occupations.map(({ code }) => code),
    titles: titlesOf(occupations),
    probabilities,
    raw: null,
    validMass: 1,
    seconds,
  };
}

async function answerOfBaseline(
  history: CareerHistory,
  next: NextStep,
  name: Parameters<typeof trainedBaseline>[0],
  train: string | null,
): Promise<Answer> {
  const model = await trainedBaseline(name, train);
  const start = performance.now();
  const probabilities = model.probabilities(history, next);
  const seconds = (performance.now() - start) / 1000;
  const codes = model.list.occupations.map(({ code }) => code);
  return { device: 'node', codes, probabilities, raw: null, validMass: 1, seconds };
}
