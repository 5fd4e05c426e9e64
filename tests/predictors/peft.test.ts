import { describe, expect, it } from 'vitest';
import { exportLora, importLora } from '../../src/predictors/lora/peft.ts';
import { importAdapter } from '../../src/predictors/files/adapterFile.ts';
import { readSafetensors } from '../../src/predictors/files/safetensorsReader.ts';
import { writeSafetensors, type FloatTensor } from '../../src/predictors/files/safetensors.ts';
import { type AdapterAbout } from '../../src/predictors/files/card.ts';
import { loraParameters, parameterCount, type LoraConfig } from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { base, config } from './loraFixture.ts';

const lora: LoraConfig = { rank: 4, alpha: 8, targets: ['q_proj', 'down_proj'] };
const size = parameterCount(loraParameters(config, lora));
const random = new SeededRandom('peft');
const theta = Float32Array.from({ length: size }, () => random.normal());

const about: AdapterAbout = {
  kind: 'lora',
  name: 'Everything',
  date: '2026-11-23T10:00:00.000Z',
  baseModel: { name: base.name, revision: base.revision },
  template: 'onward-1',
  occupations: null,
  learnedFrom: { people: 3, observations: 30, firstYear: null, lastYear: null },
  settings: { lora },
  seed: 1,
  figures: {},
};

const files = await exportLora(base, lora, theta, about);
const written = readSafetensors(files.weights).tensors;

/** The same numbers under other names. */
const renamed = (rename: (name: string) => string) => ({
  ...files,
  weights: writeSafetensors(new Map([...written].map(([name, tensor]) => [rename(name), tensor]))),
});
const withConfig = (change: object) => ({
  ...files,
  config: JSON.stringify({ ...(JSON.parse(files.config) as object), ...change }),
});
const changed = (name: string, tensor: FloatTensor | null) => {
  const tensors = new Map(written);
  if (tensor) tensors.set(name, tensor);
  else tensors.delete(name);
  return { ...files, weights: writeSafetensors(tensors) };
};

describe('LoRA in PEFT’s files', () => {
  it('has PEFT’s names and settings', () => {
    expect([...written.keys()].slice(0, 2)).toEqual([
      'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight',
      'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight',
    ]);
    expect(written.get('base_model.model.model.layers.1.mlp.down_proj.lora_A.weight')?.shape).toEqual([
      4, 48,
    ]);
    expect(JSON.parse(files.config)).toMatchObject({
      peft_type: 'LORA',
      task_type: 'CAUSAL_LM',
      base_model_name_or_path: 'tiny',
      r: 4,
      lora_alpha: 8,
      target_modules: ['q_proj', 'down_proj'],
      layers_to_transform: null,
    });
  });

  it('comes back, with and without PEFT’s prefix and an adapter’s name in the names', () => {
    const same = { lora, theta, baseModel: 'tiny' };
    expect(importLora(files, config)).toEqual(same);
    expect(
      importLora(
        renamed((name) => name.replace('.weight', '.default.weight')),
        config,
      ),
    ).toEqual(same);
    expect(
      importLora(
        renamed((name) => name.replace('base_model.model.', '')),
        config,
      ),
    ).toEqual(same);
  });

  it('comes back for a single layer', async () => {
    const upper = { ...lora, layers: [1] };
    const part = theta.subarray(0, parameterCount(loraParameters(config, upper)));
    const single = await exportLora(base, upper, part, about);
    expect(JSON.parse(single.config)).toMatchObject({ layers_to_transform: [1] });
    expect(importLora(single, config)).toEqual({ lora: upper, theta: part, baseModel: 'tiny' });
  });

  it('is an adapter with a card, too', async () => {
    const adapter = await importAdapter(files, { kind: 'lora', baseModel: base });
    expect(adapter.about).toEqual(about);
    expect(adapter.tensors).toEqual(written);
  });

  it('takes rank-stabilised scaling for what it is', () => {
    expect(importLora(withConfig({ use_rslora: true }), config).lora.alpha).toBe(16);
  });

  it('takes the modules from the tensors where PEFT’s settings name them by a pattern', () => {
    const { lora: read } = importLora(withConfig({ target_modules: '.*(q|down)_proj' }), config);
    expect(read).toEqual(lora);
  });
});

describe('PEFT files that do not fit are refused, saying why:', () => {
  const q = 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight';
  it.each([
    ['peft_type is LOHA', withConfig({ peft_type: 'LOHA' })],
    ['use_dora is true', withConfig({ use_dora: true })],
    ['bias is "all"', withConfig({ bias: 'all' })],
    ['rank_pattern', withConfig({ rank_pattern: { q_proj: 8 } })],
    ['modules_to_save', withConfig({ modules_to_save: ['lm_head'] })],
    ['r is no positive whole number', withConfig({ r: 0 })],
    ['lora_alpha is no number', withConfig({ lora_alpha: '16' })],
    ['no JSON', { ...files, config: '{' }],
    ['q_proj.lora_A.weight has shape [4, 32] instead of [8, 32]', withConfig({ r: 8 })],
    ['q_proj.lora_A.weight is missing', changed(q, null)],
    ['q_proj.lora_A.weight has shape [4, 31]', changed(q, { shape: [4, 31], values: new Float32Array(124) })],
    ['no model.layers.2', renamed((name) => name.replace('layers.1', 'layers.2'))],
    ['no module named qkv_proj', renamed((name) => name.replace('q_proj', 'qkv_proj'))],
    ['several adapters', renamed((name) => name.replace('q_proj.lora_A.', 'q_proj.lora_A.second.'))],
    [
      'embed_tokens.weight is not known',
      changed('base_model.model.model.embed_tokens.weight', { shape: [1], values: new Float32Array(1) }),
    ],
  ])('%s', (reason, wrong) => {
    expect(() => importLora(wrong, config)).toThrow(reason);
  });
});
