import type { Answer } from './answer.ts';

/** Stay, move, leave work: parts of one whole, in the words that fit the state before. */
export interface OutlookPart {
  kind: 'stay' | 'move' | 'leave';
  label: string;
  probability: number;
}

const nonWork: ReadonlyMap<string, string> = new Map([
  ['in_school', 'in school'],
  ['not_working', 'without work'],
]);

/**
 * The answer in two or three parts that sum to 1. After a job: stay in it, another occupation, no work or school.
 * After school or no work: the same again, work, the other. Without a listed state before: work, or none. A list
 * that knows only jobs has no part out of work.
 */
export function outlook(answer: Answer): OutlookPart[] {
  const knowsNonWork = answer.list.occupations.some(({ code }) => nonWork.has(code));
  return partsOf(answer).filter(({ kind }) => kind !== 'leave' || knowsNonWork);
}

function partsOf(answer: Answer): OutlookPart[] {
  const { list, probabilities, previousCode } = answer;
  let stay = 0;
  let leave = 0;
  list.occupations.forEach(({ code }, index) => {
    const probability = probabilities[index] ?? 0;
    if (code === previousCode) stay += probability;
    else if (nonWork.has(code)) leave += probability;
  });
  const move = Math.max(0, 1 - stay - leave);
  const previous = list.occupations.find(({ code }) => code === previousCode);
  if (!previous) {
    return [
      { kind: 'move', label: 'Works', probability: move },
      { kind: 'leave', label: 'In school or without work', probability: leave },
    ];
  }
  const state = nonWork.get(previous.code);
  if (state !== undefined) {
    const other = previous.code === 'in_school' ? 'Without work' : 'In school';
    return [
      { kind: 'stay', label: `Still ${state}`, probability: stay },
      { kind: 'move', label: 'Works', probability: move },
      { kind: 'leave', label: other, probability: leave },
    ];
  }
  return [
    { kind: 'stay', label: 'Stays in the same occupation', probability: stay },
    { kind: 'move', label: 'Moves to another occupation', probability: move },
    { kind: 'leave', label: 'Leaves work, or back to school', probability: leave },
  ];
}
