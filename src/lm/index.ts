/**
 * Room lm: the language model at run time. It owns the choice of device, the sessions on it, the tokenizer, the
 * cache of keys and values, and exact probabilities of titles. It knows tokens and tensors, never careers; titles
 * reach it as token lists. Promises: every log probability is natural, exact up to float rounding and includes
 * the token that ends a title; nothing from a failed or lost device is returned as an answer; errors are AppErrors.
 * A pass keeps to the memory budget of its session, whatever is asked. Lengths count tokens, times are milliseconds.
 */
export { loadTokenizer, type EncodablePiece, type EncodedPieces, type TextTokenizer } from './tokenizer.ts';
export type { DecoderGraph, DecoderSizes } from './decoderGraph.ts';
export { DecoderSession, type SessionOptions } from './decoderSession.ts';
export type { Ort, Runtime } from './runtime.ts';
export { decisiveTrie, titleTrie, type TitleTrie } from './titleTrie.ts';
export { type PlaceScores, scorePlaces } from './placeScoring.ts';
export { scoreTitles, titleDistribution, type TitleDistribution, type TitleScores } from './titleScoring.ts';
export {
  scoreDocument,
  type DocumentScores,
  type ScorableDocument,
  type SpanAlternative,
  type TokenSpan,
} from './documentScoring.ts';
export { topTitles, type TopTitle, type TopTitles } from './topTitles.ts';
export type { ProbeCase, ProbeInput } from './probe.ts';
export {
  tryDevice,
  webCandidates,
  type ChosenDevice,
  type DeviceAttempt,
  type DeviceCandidate,
  type OpenedDevice,
} from './deviceChoice.ts';
export {
  chooseVariant,
  type ChosenVariant,
  type VariantTiming,
  type WeightVariant,
} from './variantChoice.ts';
export { hasLost } from './gpuDevice.ts';
export { decodePrefix, decodeTiming, operationTiming, prefillTiming } from './speed.ts';
export { timed, type Timing, type TimingPlan } from './timing.ts';
