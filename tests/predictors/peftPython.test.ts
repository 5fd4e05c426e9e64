import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportLora, importLora, type PeftFiles } from '../../src/predictors/lora/peft.ts';
import { peftFileNames } from '../../src/predictors/files/fileNames.ts';
import { mergeLora } from '../../src/predictors/lora/loraTensors.ts';
import { configJson, loraParameters, parameterCount } from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { referenceLlama } from '../fixtures/referenceLlama.ts';
import { baseModelFile } from './baseModelFile.ts';
import { base, config } from './loraFixture.ts';

/** A Python that has torch, transformers and peft; they are too large to be installed for one test. */
const python = process.env.ONWARD_PYTHON;

const lora = { rank: 4, alpha: 6, targets: ['q_proj', 'o_proj', 'gate_proj'], layers: [1] };
const random = new SeededRandom('python');
const theta = Float32Array.from(
  { length: parameterCount(loraParameters(config, lora)) },
  () => 0.2 * random.normal(),
);
const tokens = Array.from({ length: 20 }, () => random.integer(config.vocabSize));

async function writeFolders(folder: string): Promise<void> {
  const { config: json } = configJson(config, { bosTokenId: null, eosTokenId: 0, padTokenId: 0 });
  const files = await exportLora(base, lora, theta, {
    kind: 'lora',
    name: 'for Python',
    date: new Date(0).toISOString(),
    baseModel: { name: base.name, revision: base.revision },
    template: null,
    occupations: null,
    learnedFrom: { people: 0, observations: 0, firstYear: null, lastYear: null },
    settings: {},
    seed: 0,
    figures: {},
  });
  for (const name of ['model', 'lora', 'saved']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'model/config.json'), JSON.stringify(json));
  writeFileSync(join(folder, 'model/model.safetensors'), baseModelFile(base));
  for (const part of ['weights', 'config', 'card'] as const)
    writeFileSync(join(folder, 'lora', peftFileNames[part]), files[part]);
}

describe.skipIf(python === undefined)('PEFT in Python (set ONWARD_PYTHON to one that has it)', () => {
  it(
    'loads what we write, predicts as we do, and what it saves comes back',
    { timeout: 300_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'peft-'));
      await writeFolders(folder);
      const [model, adapter, saved] = ['model', 'lora', 'saved'].map((name) => join(folder, name));
      const script = join(import.meta.dirname, '../fixtures/peftRoundTrip.py');
      const output = execFileSync(python ?? '', [script, model, adapter, saved, tokens.join()], {
        env: { ...process.env, HF_HUB_OFFLINE: '1' },
        maxBuffer: 2 ** 26,
      });
      const theirs = JSON.parse(output.toString()) as number[];
      const ours = referenceLlama(
        config,
        mergeLora(config, base.tensors, lora, theta),
        tokens,
      ).logProbs.flat();
      expect(theirs).toHaveLength(ours.length);
      for (let i = 0; i < ours.length; i++) expect(Math.abs(theirs[i] - ours[i])).toBeLessThan(1e-4);

      const read = (name: string): PeftFiles => ({
        weights: Uint8Array.from(readFileSync(join(saved, name))),
        config: readFileSync(join(saved, peftFileNames.config), 'utf8'),
      });
      const back = importLora(read(peftFileNames.weights), config);
      expect(back.theta).toEqual(theta);
      expect({ ...back.lora, targets: [...back.lora.targets].sort() }).toEqual({
        ...lora,
        targets: [...lora.targets].sort(),
      });
      const rounded = importLora(read('with_names.safetensors'), config).theta;
      for (let i = 0; i < theta.length; i++)
        expect(Math.abs(rounded[i] - theta[i])).toBeLessThanOrEqual(Math.abs(theta[i]) / 256);
    },
  );
});
