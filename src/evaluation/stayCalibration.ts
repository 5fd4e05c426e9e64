import type { CareerHistory } from '../career/index.ts';
import type { OccupationList } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import { checkRows, packRows, type ProbabilityRows } from './probabilityRows.ts';
import type { ScoredCareer } from './scoredCareer.ts';

/** A fitted calibration as JSON: logits of the model's P(stay), ascending, and of what it is worth. */
export interface StayCalibrationFile {
  format: 'onward-stay-calibration';
  version: 1;
  knots: [logit: number, calibrated: number][];
}

/** Groups of equally many observations, by P(stay), that a calibration begins with; chosen on tuning people. */
const groups = 40;
/** Observations as the model expects them that every knot is drawn to. */
const strength = 5;
/** Probabilities nearer to 0 or 1 than this are left as they are: what they leave to the others is rounding. */
const sure = 1e-14;
/** Log odds beyond this count as this: about one in a million, which no model can know. */
const largestLogit = 14;

/**
 * Corrects a model's probability of staying by what staying turned out to be: isotonic regression, linear between the
 * knots in log odds. The other occupations share what is left in the proportions that the model gave them, so that a
 * distribution keeps its sum. An average of models needs none: on tuning people it is calibrated as it is.
 */
export class StayCalibration {
  constructor(private readonly knots: readonly (readonly [logit: number, calibrated: number])[]) {}

  /** `scores` are of people whom the model has not learned from (the tuning people). */
  static fit(people: readonly CareerHistory[], scores: readonly ScoredCareer[]): StayCalibration {
    const entries = people.flatMap((person, p) => stayEntries(person, scores[p]));
    entries.sort((a, b) => a.prob - b.prob);
    const means = Array.from({ length: groups }, (_, g) => {
      const [start, end] = [g, g + 1].map((each) => Math.floor((each * entries.length) / groups));
      return meanOf(entries.slice(start, end));
    });
    const rising = risingBlocks(means.filter(({ count }) => count > 0));
    return new StayCalibration(
      rising.map(({ count, prob, share }) => [
        logit(prob),
        logit((count * share + strength * prob) / (count + strength)),
      ]),
    );
  }

  /** What a P(stay) of the model is worth. Beyond the outermost knots their shift in log odds is kept. */
  stayProb(prob: number): number {
    const { knots } = this;
    if (knots.length === 0 || !(prob > sure && prob < 1 - sure)) return prob;
    const x = Math.max(-largestLogit, Math.min(largestLogit, logit(prob)));
    const above = knots.findIndex(([at]) => at > x);
    const [right, rightValue] = knots[above < 0 ? knots.length - 1 : above];
    if (above <= 0) return sigmoid(x + rightValue - right);
    const [left, leftValue] = knots[above - 1];
    return sigmoid(leftValue + ((x - left) / (right - left)) * (rightValue - leftValue));
  }

  /** A distribution after the previous state (its place in the list; unchanged where it is none), corrected in place. */
  correct(probs: Float32Array | Float64Array, previous: number | undefined): void {
    const stay = previous === undefined ? undefined : probs[previous];
    if (previous === undefined || stay === undefined) return;
    const corrected = this.stayProb(stay);
    const rest = restFactor(stay, corrected);
    for (let j = 0; j < probs.length; j++) probs[j] *= rest;
    probs[previous] = corrected;
  }

  /** Corrected copies of whole distributions over a panel. Throws AppError `bad-input` where they do not fit. */
  rows(histories: readonly CareerHistory[], list: OccupationList, rows: ProbabilityRows): ProbabilityRows {
    const { occupations } = rows;
    checkRows(histories, list.occupations.length, rows);
    const stateOf = new Map(list.occupations.map(({ code }, state) => [code, state]));
    const people = histories.map(({ observations }, p) => {
      const own = rows.probs.slice(rows.offsets[p] * occupations, rows.offsets[p + 1] * occupations);
      observations.slice(0, -1).forEach(({ occupationCode }, t) => {
        const row = own.subarray((t + 1) * occupations, (t + 2) * occupations);
        this.correct(row, stateOf.get(occupationCode ?? ''));
      });
      return own;
    });
    return packRows(people, occupations);
  }

  /** Corrected scores of a career, where whole distributions are not at hand; ranks are then not known. */
  score(
    history: CareerHistory,
    { personId, logProbs, stayLogProbs, notWorkingLogProbs }: ScoredCareer,
  ): ScoredCareer {
    const { observations } = history;
    const correctedOf = (logProb: number, t: number, code: string | null) => {
      const stay = Math.exp(stayLogProbs?.[t] ?? NaN);
      if (t === 0 || Number.isNaN(stay)) return logProb;
      const corrected = this.stayProb(stay);
      const isStay = observations[t - 1].occupationCode === code;
      return isStay ? Math.log(corrected) : logProb + Math.log(restFactor(stay, corrected));
    };
    return {
      personId,
      logProbs: logProbs.map((logProb, t) => correctedOf(logProb, t, observations[t].occupationCode)),
      ...(stayLogProbs && {
        stayLogProbs: stayLogProbs.map((logProb) => Math.log(this.stayProb(Math.exp(logProb)))),
      }),
      ...(notWorkingLogProbs && {
        notWorkingLogProbs: notWorkingLogProbs.map((logProb, t) => correctedOf(logProb, t, 'not_working')),
      }),
    };
  }

  toFile(): StayCalibrationFile {
    return {
      format: 'onward-stay-calibration',
      version: 1,
      knots: this.knots.map(([at, value]) => [at, value]),
    };
  }

  /** Throws AppError `integrity` for another format. */
  static fromFile(file: StayCalibrationFile): StayCalibration {
    if ((file.format as string) !== 'onward-stay-calibration' || (file.version as number) !== 1)
      throw new AppError('integrity', 'This is no calibration that this version can read');
    return new StayCalibration(file.knots);
  }
}

/** Some observations: how many, their mean P(stay), and the share that stayed. */
interface Block {
  count: number;
  prob: number;
  share: number;
}

function stayEntries({ observations }: CareerHistory, { logProbs, stayLogProbs }: ScoredCareer): Block[] {
  return observations.flatMap(({ occupationCode }, t) => {
    const prob = Math.exp(stayLogProbs?.[t] ?? NaN);
    if (t === 0 || Number.isNaN(prob) || Number.isNaN(logProbs[t])) return [];
    const share = Number(observations[t - 1].occupationCode === occupationCode);
    return [{ count: 1, prob: Math.min(1 - sure, Math.max(sure, prob)), share }];
  });
}

/** Pool adjacent violators: neighbours are merged until shares rise. */
function risingBlocks(blocks: readonly Block[]): Block[] {
  const rising: Block[] = [];
  for (const block of blocks) {
    let merged = block;
    for (let last = rising.at(-1); last && last.share >= merged.share; last = rising.at(-1)) {
      merged = meanOf([last, merged]);
      rising.pop();
    }
    rising.push(merged);
  }
  return rising;
}

function meanOf(blocks: readonly Block[]): Block {
  const count = blocks.reduce((sum, block) => sum + block.count, 0);
  const mean = (key: 'prob' | 'share') =>
    blocks.reduce((sum, block) => sum + block.count * block[key], 0) / count;
  return { count, prob: mean('prob'), share: mean('share') };
}

/** What the probabilities of all other occupations are multiplied by. */
function restFactor(stay: number, corrected: number): number {
  return corrected === stay ? 1 : (1 - corrected) / (1 - stay);
}

const logit = (prob: number) => Math.log(prob / (1 - prob));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
