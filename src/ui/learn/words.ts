import type { RunPhase, RunSummary } from '../../worker/index.ts';

/** `12,736`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `1 person`, `12 people`. */
export function counted(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A perplexity with as many digits as can be told apart: `8.41`, `132`. */
export function perplexityInWords(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (value >= most) return `over ${most.toLocaleString('en')}`;
  return value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en');
}

/** Perplexities beyond say nothing more: the model has found something impossible that happened. */
const most = 1e6;

/** `8 s`, `3 min 20 s`, `1 h 5 min`. */
export function durationInWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `14:03:22`, in the person's own time zone; with the day where it is another one. */
export function timeInWords(time: number, now = Date.now()): string {
  const at = new Date(time);
  const isToday = at.toDateString() === new Date(now).toDateString();
  const clock = at.toLocaleTimeString('en-GB');
  return isToday ? clock : `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${clock}`;
}

const kindNames: Readonly<Record<string, string>> = {
  head: 'Occupation head',
  lora: 'LoRA',
  career: 'CAREER',
  logit: 'Multinomial logit',
  'bag-of-jobs': 'Bag of jobs',
  average: 'Average',
};

/** One that this build does not know is called as it calls itself. */
export function kindName(kind: string): string {
  return kindNames[kind] ?? kind;
}

const kindSentences: Readonly<Record<string, string>> = {
  head: 'The language model reads each career and stays as it is; a small layer on top learns your occupations. Works with few people and with any list.',
  lora: 'The language model itself goes on learning, from your careers as text: the paper’s method, through small added matrices. The slowest.',
  career:
    'A small transformer over occupations, from scratch: first whether somebody moves, then where to. Knows only your people.',
  logit: 'One weight for each fact and each occupation: what an economist would try first.',
  'bag-of-jobs':
    'Knows which jobs somebody had, but not in which order. A simple comparison, quickly trained.',
};

/** What a kind of model is, for somebody who meets it for the first time. */
export function kindSentence(kind: string): string {
  return kindSentences[kind] ?? '';
}

const phaseWords: Readonly<Record<RunPhase, string>> = {
  ready: 'not begun',
  training: 'training',
  paused: 'paused',
  interrupted: 'interrupted',
  elsewhere: 'open in another tab',
  finished: 'finished',
  stopped: 'stopped by you',
  failed: 'failed',
};

export function phaseInWords(phase: RunPhase): string {
  return phaseWords[phase];
}

/** Why a run finished before its last epoch; null where it did not. */
export function endingInWords({ ending, settings: { patience } }: RunSummary): string | null {
  if (ending !== 'patience') return null;
  return `stopped: no better for ${counted(Number(patience), 'epoch', 'epochs')}`;
}

/** Lowest perplexity on the tuning people; null before the first epoch. */
export function bestPerplexity(epochs: RunSummary['epochs']): number | null {
  return epochs.length === 0 ? null : Math.min(...epochs.map(({ tuningPerplexity }) => tuningPerplexity));
}
