import { describe, expect, it } from 'vitest';
import type { ModelProgress } from '../../src/predictors/language/modelReport.ts';
import { StartProgress } from '../../src/workbench/languageModels/startProgress.ts';
import { Turns } from '../../src/platform/turns.ts';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('Turns', () => {
  it('never overlap, keep their order, and go on after a failure', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const work = (name: string, fails = false) =>
      turns.take(async () => {
        log.push(`${name} begins`);
        await pause(5);
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const outcomes = await Promise.allSettled([work('a'), work('b', true), work('c')]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('let a message that has arrived be read before the next turn', async () => {
    const turns = new Turns();
    const { port1, port2 } = new MessageChannel();
    let heard = false;
    port1.onmessage = () => (heard = true);
    const first = turns.take(() => {
      port2.postMessage('stop');
      return Promise.resolve();
    });
    const second = turns.take(() => Promise.resolve(heard));
    await first;
    expect(await second).toBe(true);
    port1.close();
  });
});

describe('StartProgress', () => {
  it('never goes back, whatever the phases do, and reaches 1 only when ready', () => {
    const reports: ModelProgress[] = [];
    const progress = new StartProgress((report) => reports.push(report));
    progress.to('probing', 0);
    progress.to('verifying', 0.5, { loadedBytes: 50, totalBytes: 100 });
    progress.to('downloading', 0.2, { loadedBytes: 20, totalBytes: 100 });
    progress.to('downloading', 7);
    progress.to('compiling', 1);
    const before = reports.map((report) => report.fraction);
    expect(before).toEqual([...before].sort((a, b) => a - b));
    expect(Math.max(...before)).toBeLessThan(1);
    progress.to('ready', 1);
    expect(reports.at(-1)).toEqual({ phase: 'ready', fraction: 1 });
    expect(reports[1]).toMatchObject({ loadedBytes: 50, totalBytes: 100 });
  });
});
