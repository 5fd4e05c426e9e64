import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../../models/recipe/checkpoint.ts';
import { isOver, train } from '../../models/recipe/training.ts';
import { smallSettings, smallVocabulary, syntheticCorpus, syntheticTeacher } from './syntheticCorpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-training-'));
afterAll(() => rmSync(folder, { recursive: true }));

const script = fileURLToPath(new URL('./trainSynthetic.ts', import.meta.url));
const hash = (values: Float32Array) => createHash('sha256').update(values).digest('hex');

/** Trains in a process of its own, killed without warning after the given time; 0: runs to the end. */
function trainProcess(checkpoint: string, killAfterMs: number): Promise<{ isDone: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', script, checkpoint]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (killAfterMs > 0 && output.includes('training'))
        setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    });
    child.on('close', (code) => resolve({ isDone: code === 0, output }));
  });
}

describe('training', () => {
  it('learns, and goes on after a kill to the same bytes', { timeout: 300_000 }, async () => {
    const corpus = syntheticCorpus();
    const vocabulary = smallVocabulary(corpus);
    const config = { ...smallSettings.architecture, vocabSize: vocabulary.size };
    const undisturbed = await train(
      corpus,
      await syntheticTeacher(corpus),
      vocabulary,
      config,
      smallSettings,
      join(folder, 'undisturbed'),
    );
    expect(undisturbed.tuningPerplexities).toHaveLength(3);
    expect(undisturbed.tuningPerplexities[1]).toBeLessThan(undisturbed.tuningPerplexities[0]);

    const checkpoint = join(folder, 'killed');
    const killed = await trainProcess(checkpoint, 400);
    expect(killed.isDone).toBe(false);
    const { isDone, output } = await trainProcess(checkpoint, 0);
    expect(isDone).toBe(true);
    expect(output).toContain(hash(undisturbed.theta));
    expect(output).toContain(hash(undisturbed.best));
  });

  it('does not continue the checkpoint of another run', async () => {
    const corpus = syntheticCorpus();
    const vocabulary = smallVocabulary(corpus);
    const config = { ...smallSettings.architecture, vocabSize: vocabulary.size };
    const path = join(folder, 'other');
    await train(
      corpus,
      await syntheticTeacher(corpus),
      vocabulary,
      config,
      { ...smallSettings, phases: smallSettings.phases.slice(1) },
      path,
    );
    expect(loadCheckpoint(path, 'another fingerprint')).toBeNull();
  });

  it('stops when the tuning people are predicted no better for four epochs', () => {
    expect(isOver([12, 10, 11, 11, 11])).toBe(false);
    expect(isOver([12, 10, 11, 11, 11, 10.5])).toBe(true);
    expect(isOver([])).toBe(false);
  });
});
