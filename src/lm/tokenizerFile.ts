import { AppError } from '../platform/index.ts';

/** Beyond what any published tokenizer holds (the largest vocabularies have a quarter of a million tokens). */
const most = { depth: 32, tokens: 2 ** 20, merges: 2 ** 21, patternLength: 2_000, patterns: 64 };

/**
 * Refuses a `tokenizer.json` that would take the page's time or memory: nested too deeply, too many tokens or merges,
 * regular expressions that can run for ever. Throws `bad-input` that says what it holds.
 */
export function checkTokenizerJson(json: unknown): void {
  const patterns: string[] = [];
  walk(json, 0, patterns);
  if (patterns.length > most.patterns) throw refused(`it holds ${patterns.length} regular expressions`);
  for (const pattern of patterns) {
    if (pattern.length > most.patternLength)
      throw refused(`a regular expression is ${pattern.length} characters long`);
    if (canRunForEver(pattern))
      throw refused('a regular expression repeats a repetition or a choice, which can run for ever');
  }
}

/** Escapes, character classes, and what opens, closes, repeats or parts groups. */
const regexToken = /\\.|\[(?:\\.|[^\]\\])*\]|\(\?[:=!<]?|[()|*+]|\{\d+,\d*\}/gs;

/** Whether a group that holds a repetition or a choice is itself repeated, as in `(a+)+`: time grows exponentially then. */
function canRunForEver(pattern: string): boolean {
  const groups = [false];
  let closed: boolean | null = null;
  for (const [token] of pattern.matchAll(regexToken)) {
    const isRepetition = token === '*' || token === '+' || token.startsWith('{');
    if (isRepetition && closed) return true;
    closed = null;
    if (token.startsWith('(')) groups.push(false);
    else if (token === ')') {
      closed = groups.pop() ?? false;
      groups[groups.length - 1] ||= closed;
    } else if (isRepetition || token === '|') groups[groups.length - 1] = true;
  }
  return false;
}

/** Collects regular expressions; looks into everything but the long lists, whose entries hold none. */
function walk(value: unknown, depth: number, patterns: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > most.depth) throw refused(`it is nested deeper than ${most.depth}`);
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'vocab' || key === 'merges') checkList(key, inner);
    else {
      if (key === 'Regex' && typeof inner === 'string') patterns.push(inner);
      walk(inner, depth + 1, patterns);
    }
  }
}

function checkList(key: 'vocab' | 'merges', list: unknown): void {
  if (typeof list !== 'object' || list === null) throw refused(`its ${key} are no list`);
  const { length } = Array.isArray(list) ? list : Object.keys(list);
  const limit = key === 'vocab' ? most.tokens : most.merges;
  if (length > limit) throw refused(`it has ${length} entries in its ${key}; ${limit} are read`);
  const isSound = Array.isArray(list)
    ? list.every((entry) => typeof entry === 'string' || Array.isArray(entry))
    : Object.values(list).every((id) => Number.isSafeInteger(id) && Number(id) >= 0);
  if (!isSound) throw refused(`its ${key} hold something else`);
}

function refused(problem: string): AppError {
  return new AppError('bad-input', `This tokenizer.json is not used: ${problem}.`);
}
