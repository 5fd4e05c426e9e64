import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/platform/index.ts';
import { manifestFile, parseManifest } from '../../src/weights/manifest.ts';

const hash = 'a'.repeat(64);
function manifest(): Record<string, unknown> {
  return {
    name: 'onward-3m',
    revision: '2026-11-01',
    folder: 'onward-3m',
    files: ['tokenizer.json', 'tokenizer_config.json', 'config.json', 'onnx/model_q8.onnx'].map((path) => ({
      path,
      bytes: 10,
      sha256: hash,
    })),
    variants: [{ id: 'q8', file: 'onnx/model_q8.onnx', activations: 'float32', needsF16: false }],
    tokenizer: 'tokenizer.json',
    tokenizerConfig: 'tokenizer_config.json',
    config: 'config.json',
    template: 'onward-1',
    populations: [{ name: 'NLSY97 dataset', people: 4000, firstYear: 1997, lastYear: 2021 }],
    figures: { validationPerplexity: 8.9, command: 'npm run lab' },
  };
}

describe('parseManifest', () => {
  it('accepts what the recipe writes', () => {
    const parsed = parseManifest(manifest());
    expect(parsed.variants[0]?.id).toBe('q8');
    expect(manifestFile(parsed, 'config.json').sha256).toBe(hash);
  });

  it.each([
    ['a missing field', { revision: undefined }, 'revision'],
    ['a hash that is none', { files: [{ path: 'a', bytes: 1, sha256: 'A'.repeat(64) }] }, 'files.0.sha256'],
    ['a path that leaves the folder', { folder: '../other' }, 'folder'],
    ['a path with dots inside', { config: 'a/../b' }, 'config'],
    ['an absolute address', { tokenizer: 'https://example.org/t.json' }, 'tokenizer'],
    ['an empty file', { files: [{ path: 'a', bytes: 0, sha256: hash }] }, 'files.0.bytes'],
    ['no variant', { variants: [] }, 'variants'],
    ['a variant whose file is not listed', { tokenizer: 'other.json' }, 'manifest'],
  ])('refuses %s and names the field', (_, change, field) => {
    const error = (() => {
      try {
        parseManifest({ ...manifest(), ...change });
      } catch (caught) {
        return caught;
      }
      return null;
    })();
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'integrity', data: { field } });
  });

  it.each([[null], ['<!doctype html>'], [[]], [42]])('refuses %j', (json) => {
    expect(() => parseManifest(json)).toThrow(AppError);
  });
});

describe('manifestFile', () => {
  it('throws for a path that is not listed', () => {
    expect(() => manifestFile(parseManifest(manifest()), 'nothing.bin')).toThrow(/does not list nothing.bin/);
  });
});
