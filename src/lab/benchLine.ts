import { parseArgs } from 'node:util';
import { AppError } from '../platform/index.ts';
import { baseModel, baseOptions, type LabPlace } from './baseModel.ts';
import { deviceOf, understood, wholeNumber } from './optionValues.ts';

export interface BenchCommand extends LabPlace {
  name: 'bench';
  runs: number;
  out: string | null;
}

const options = {
  ...baseOptions,
  device: { type: 'string', default: 'auto' },
  runs: { type: 'string', default: '5' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** What the words after `bench` ask for. Throws AppError `bad-input`. */
export function parseBench(words: readonly string[]): BenchCommand | { name: 'help' } {
  const { values, positionals } = understood(() =>
    parseArgs({ args: [...words], options, allowPositionals: true }),
  );
  if (values.help) return { name: 'help' };
  if (positionals.length > 0)
    throw new AppError('bad-input', `bench takes no file; did you mean --base ${positionals[0]}?`);
  return {
    name: 'bench',
    base: baseModel(values),
    device: deviceOf(values.device),
    runs: wholeNumber('runs', values.runs, 1),
    out: values.out ?? null,
  };
}
