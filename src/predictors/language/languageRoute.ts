import type { CareerHistory } from '../../career/index.ts';
import {
  type DecoderSession,
  type TextTokenizer,
  type TitleTrie,
  scoreDocument,
  scorePlaces,
  scoreTitles,
  titleDistribution,
  topTitles,
} from '../../lm/index.ts';
import { isSameList, type NextStep, type OccupationList, occ1990dd } from '../../occupation/index.ts';
import type { CareerScore, CareerTop, PredictRequest, RoutePrediction, TokenPiece } from './prediction.ts';
import { tokenizeList, type TokenizedList } from './tokenizedList.ts';
import { recordWindows, type ScoringWindow, scoringWindows } from './scoringWindows.ts';
import { titleTokens, tokenizeCareer, tokenizePrompt } from './tokenizedCareer.ts';

/** How a career is read where it is scored; whole and alone where nothing is said. */
export interface CareerReading {
  /** Before each observation only the last k records are read. */
  lastRecords?: number | undefined;
  /** Careers of other people that are read first: as many of them as fit the context beside the whole career. */
  examples?: readonly CareerHistory[] | undefined;
}

/** What is asked of each step of a career. */
export interface StepAsking {
  /** A step that has no occupation yet, as one row more. */
  next?: NextStep | undefined;
  signal?: AbortSignal | undefined;
}

/** Rows for each step of a career. */
export interface StepsRead {
  /** `[steps × hiddenSize]` */
  hiddenStates: Float32Array;
  /** `[steps × titles]`, natural logs. */
  titleLogProbs: Float32Array;
}

/**
 * The language route: careers and lists of occupations in, exact probabilities from the language model out. Calls
 * must not overlap: there is one session with one cache.
 */
export class LanguageRoute {
  #titles: TokenizedList | null = null;

  constructor(
    private readonly session: DecoderSession,
    private readonly tokenizer: TextTokenizer,
  ) {}

  /** Numbers of a hidden state. */
  get hiddenSize(): number {
    return this.session.sizes.hiddenSize;
  }

  /** Throws `AppError('bad-input')` for a list that holds one title twice, and what the session throws. */
  async predict(
    { history, next, list = occ1990dd }: PredictRequest,
    signal?: AbortSignal,
  ): Promise<RoutePrediction> {
    const started = performance.now();
    const { codes, trie, longest } = this.#tokenizedList(list);
    const mostTokens = this.session.sizes.contextLength - longest;
    const prompt = tokenizePrompt(this.tokenizer, history, next, mostTokens);
    const scores = await scoreTitles(this.session, prompt.tokens, trie, signal ? { signal } : {});
    const { promptTokens, reusedTokens, forwardedNodes } = scores;
    return {
      codes,
      ...titleDistribution(scores.logProbs),
      promptTokens,
      reusedTokens,
      forwardedNodes,
      leftOutRecords: prompt.leftOutRecords,
      milliseconds: performance.now() - started,
    };
  }

  /**
   * The log probability of each observation's title, and of the title before it again. A career that is longer
   * than the model's context is read in overlapping windows.
   */
  async scoreCareer(
    history: CareerHistory,
    signal?: AbortSignal,
    reading: CareerReading = {},
  ): Promise<CareerScore> {
    const { observations, personId } = history;
    const logProbs = new Float64Array(observations.length);
    const stayLogProbs = new Float64Array(observations.length).fill(NaN);
    const titles = observations.map(({ title }) => titleTokens(this.tokenizer, title));
    const longest = titles.reduce((most, tokens) => Math.max(most, tokens.length), 0);
    let tokens = 0;
    const examples = this.#fitting(reading.examples ?? [], history, longest);
    for (const window of this.#windows(history, longest, reading.lastRecords)) {
      const document = this.#document(history, titles, window, examples);
      const scores = await scoreDocument(this.session, document, signal ? { signal } : {});
      logProbs.set(scores.spanLogProbs, window.scoredFrom);
      const firstStay = Math.max(1, window.scoredFrom);
      stayLogProbs.set(scores.alternativeLogProbs, firstStay);
      tokens += scores.forwardedTokens;
    }
    return { personId, logProbs, stayLogProbs, tokens };
  }

  /** The most probable occupation of the default list at each observation, read in the same windows. */
  async topOccupations(history: CareerHistory, signal?: AbortSignal): Promise<CareerTop> {
    const { codes: listed, trie, longest } = this.#tokenizedList(occ1990dd);
    const codes: string[] = [];
    const logProbs: number[] = [];
    let tokens = 0;
    for (const { start, scoredFrom, end } of this.#windows(history, longest)) {
      const career = tokenizeCareer(this.tokenizer, between(history, start, end));
      const prompts = career.titles.slice(scoredFrom - start).map((title) => title.start);
      const options = signal ? { signal } : {};
      const { top, forwardedTokens } = await topTitles(this.session, career.tokens, prompts, trie, options);
      for (const { title, logProb } of top) {
        codes.push(listed[title]);
        logProbs.push(logProb);
      }
      tokens += forwardedTokens;
    }
    return { personId: history.personId, codes, logProbs: Float64Array.from(logProbs), tokens };
  }

  /**
   * The model's final hidden state before each observation's title, `[observations, hiddenSize]`, in one pass a window;
   * with `next`, one more row for the step that has no occupation yet.
   */
  async hiddenStates(history: CareerHistory, next?: NextStep, signal?: AbortSignal): Promise<Float32Array> {
    const { hiddenSize, contextLength } = this.session.sizes;
    const { observations } = history;
    const states = new Float32Array((observations.length + (next ? 1 : 0)) * hiddenSize);
    for (const { start, scoredFrom, end } of this.#windows(history, 0)) {
      const { tokens, titles } = tokenizeCareer(this.tokenizer, between(history, start, end));
      const rows = titles.slice(scoredFrom - start).map((title) => title.start - 1);
      const read = await this.session.hiddenStates(tokens.slice(0, (rows.at(-1) ?? 0) + 1), rows, signal);
      states.set(read, scoredFrom * hiddenSize);
    }
    if (next) {
      const { tokens } = tokenizePrompt(this.tokenizer, history, next, contextLength);
      states.set(
        await this.session.hiddenStates(tokens, [tokens.length - 1], signal),
        observations.length * hiddenSize,
      );
    }
    return states;
  }

  /**
   * Log probability of every title of the list at each observation, `[observations, titles]`, in few passes a window; with
   * `next`, one more row. For short lists.
   */
  titleLogProbs(
    history: CareerHistory,
    list: OccupationList,
    asking: StepAsking = {},
  ): Promise<Float32Array> {
    return this.#titleLogProbs(history, this.#tokenizedList(list).trie, list, asking);
  }

  /**
   * What heads of short lists read at each observation, in as few passes: the hidden states, and the log probability of
   * each title as far as it has to be read to be told from the others (see `decisiveNodes`); with `next`, one more row.
   */
  async readSteps(history: CareerHistory, list: OccupationList, asking: StepAsking = {}): Promise<StepsRead> {
    const { decisive, longest } = this.#tokenizedList(list);
    const { next, signal } = asking;
    if (next || !this.#fits(history, longest))
      return {
        hiddenStates: await this.hiddenStates(history, next, signal),
        titleLogProbs: await this.#titleLogProbs(history, decisive, list, asking),
      };
    const { tokens, titles } = tokenizeCareer(this.tokenizer, history);
    const anchors = titles.map(({ start }) => start);
    const read = await scorePlaces(this.session, tokens, anchors, decisive, signal ? { signal } : {});
    return { hiddenStates: read.hiddenStates, titleLogProbs: Float32Array.from(read.logProbs) };
  }

  /** Nodes that reading the titles of the list until they are told apart runs through the model at each step. */
  decisiveNodes(list: OccupationList): number {
    return this.#tokenizedList(list).decisive.subtreeSizes.filter((size) => size > 1).length;
  }

  tokenize(history: CareerHistory, next: NextStep): TokenPiece[] {
    const { tokens } = tokenizePrompt(this.tokenizer, history, next, Infinity);
    return tokens.map((id) => ({ id, text: this.tokenizer.decode([id]) }));
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }

  async #titleLogProbs(
    history: CareerHistory,
    trie: TitleTrie,
    list: OccupationList,
    { next, signal }: StepAsking,
  ): Promise<Float32Array> {
    const { longest } = this.#tokenizedList(list);
    const titles = list.occupations.length;
    const logProbs = new Float32Array((history.observations.length + (next ? 1 : 0)) * titles);
    const options = signal ? { signal } : {};
    for (const { start, scoredFrom, end } of this.#windows(history, longest)) {
      const career = tokenizeCareer(this.tokenizer, between(history, start, end));
      const anchors = career.titles.slice(scoredFrom - start).map((title) => title.start);
      const read = await scorePlaces(this.session, career.tokens, anchors, trie, options);
      logProbs.set(read.logProbs, scoredFrom * titles);
    }
    if (next) {
      const mostTokens = this.session.sizes.contextLength - longest;
      const prompt = tokenizePrompt(this.tokenizer, history, next, mostTokens);
      const read = await scoreTitles(this.session, prompt.tokens, trie, options);
      logProbs.set(read.logProbs, history.observations.length * titles);
    }
    return logProbs;
  }

  /** Stretches of the career that fit the model's context beside a title of `longest` tokens. */
  #windows(history: CareerHistory, longest: number, lastRecords?: number): ScoringWindow[] {
    const records = history.observations.length;
    const fits = (start: number, end: number) => this.#fits(between(history, start, end), longest);
    return lastRecords === undefined
      ? scoringWindows(records, fits)
      : recordWindows(records, lastRecords, fits);
  }

  #fits(history: CareerHistory, longest: number, examples: readonly CareerHistory[] = []): boolean {
    const { tokens } = tokenizeCareer(this.tokenizer, history, examples);
    return tokens.length + longest <= this.session.sizes.contextLength;
  }

  #fitting(
    examples: readonly CareerHistory[],
    history: CareerHistory,
    longest: number,
  ): readonly CareerHistory[] {
    let fitting = examples;
    while (fitting.length > 0 && !this.#fits(history, longest, fitting)) fitting = fitting.slice(0, -1);
    return fitting;
  }

  /** A window's text with the titles that it scores, and the title before each as the alternative in its place. */
  #document(
    history: CareerHistory,
    titles: readonly number[][],
    { start, scoredFrom, end }: ScoringWindow,
    examples: readonly CareerHistory[],
  ) {
    const career = tokenizeCareer(this.tokenizer, between(history, start, end), examples);
    const spans = career.titles.slice(scoredFrom - start);
    const alternatives = spans.flatMap((_, span) => {
      const before = scoredFrom + span - 1;
      return before < 0 ? [] : [{ span, tokens: titles[before] }];
    });
    return { tokens: career.tokens, spans, alternatives };
  }

  #tokenizedList(list: OccupationList): TokenizedList {
    if (!this.#titles || !isSameList(this.#titles.list, list))
      this.#titles = tokenizeList(this.tokenizer, list);
    return this.#titles;
  }
}

function between(history: CareerHistory, start: number, end: number): CareerHistory {
  return { ...history, observations: history.observations.slice(start, end) };
}
