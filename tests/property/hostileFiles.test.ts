import { zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTokenizerJson } from '../../src/lm/tokenizerFile.ts';
import { loadTokenizer } from '../../src/lm/index.ts';
import { readBaseModel } from '../../src/predictors/lora/baseModel.ts';
import { readCard } from '../../src/predictors/files/card.ts';
import { readSafetensors } from '../../src/predictors/files/safetensorsReader.ts';
import { readModel } from '../../src/onnx/index.ts';
import { AppError } from '../../src/platform/index.ts';
import { adapterFilesOf } from '../../src/ui/learn/carry/adapterZip.ts';
import { parseManifest } from '../../src/weights/manifest.ts';
import { byteLevelTokenizer } from '../fixtures/byteLevelTokenizer.ts';

const seed = 20_240_601;
const { json, config } = byteLevelTokenizer(['Cooks', 'Nurses'], ['<END>']);

/** What a hostile file does may end in an `AppError`, soon; in nothing else. */
function refusedOrRead(read: () => unknown, milliseconds = 2_000): void {
  const started = performance.now();
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
  }
  expect(performance.now() - started).toBeLessThan(milliseconds);
}

/** Any value, prototypes' names among the keys. */
const hostileValue = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, -1, NaN, Infinity, 2 ** 53, 1e308, '', '\0', '../..', '__proto__'),
    fc.string(),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom('__proto__', 'constructor', 'toString', 'vocab', 'model', 'Regex', 'type'),
      tie('any'),
    ),
  ),
})).any;

/** `whole` with the value at one of its places replaced. */
function damaged(whole: unknown, place: readonly number[], value: unknown): unknown {
  if (typeof whole !== 'object' || whole === null || place.length === 0) return value;
  const keys = Object.keys(whole);
  const key = keys[place[0] % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const inner = damaged((whole as Record<string, unknown>)[key], place.slice(1), value);
  return Array.isArray(whole) ? whole.with(Number(key), inner) : { ...whole, [key]: inner };
}

const places = fc.array(fc.nat(40), { minLength: 1, maxLength: 4 });

describe('tokenizer.json', () => {
  it('is read or refused, whatever stands anywhere in it', () => {
    fc.assert(
      fc.property(places, hostileValue, (place, value) => {
        refusedOrRead(() =>
          loadTokenizer(damaged(json, place, value), config).encode([{ text: 'Cooks', verbatim: true }]),
        );
      }),
      { seed, numRuns: 300 },
    );
  });

  it.each(['(a+)+$', '((?:x*)*)*y', '(\\w+\\s?)*$', '(.*)+', '(a{1,9}){2,}', '(a|a)*b'])(
    'is refused where its regular expression %s can run for ever',
    (Regex) => {
      const pre_tokenizer = { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false };
      expect(() => loadTokenizer({ ...json, pre_tokenizer }, config)).toThrow(
        /not used: a regular expression|cannot be read/,
      );
    },
  );

  it.each([
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    '[0-9][0-9][0-9]',
  ])('is not refused for the expressions of well-known models', (Regex) => {
    expect(() => checkTokenizerJson({ pre_tokenizer: { pattern: { Regex } } })).not.toThrow();
  });

  it('is refused where it is nested without end, or has more tokens than any model', () => {
    let nested: unknown = null;
    for (let i = 0; i < 10_000; i++) nested = { normalizers: [nested] };
    expect(() => checkTokenizerJson(nested)).toThrow('nested deeper');
    const vocab = Array.from({ length: 2 ** 20 + 1 }, () => ['x', 0]);
    expect(() => checkTokenizerJson({ model: { vocab } })).toThrow('entries in its vocab');
  });

  it('may have merges that go in circles', () => {
    const merges = [
      ['a', 'b'],
      ['ab', 'a'],
      ['b', 'a'],
      ['ba', 'b'],
      ['ab', 'ab'],
      ['abab', 'abab'],
    ];
    const vocab = { ...json.model.vocab, ab: 900, aba: 901, ba: 902, bab: 903, abab: 904, abababab: 905 };
    refusedOrRead(() =>
      loadTokenizer({ ...json, model: { ...json.model, vocab, merges } }, config).encode([
        { text: 'ab'.repeat(2_000), verbatim: true },
      ]),
    );
  });
});

describe('config.json', () => {
  it('is read or refused, whatever it holds', () => {
    const model = readModel(new Uint8Array([0x08, 0x08, 0x3a, 0x00]));
    fc.assert(
      fc.property(hostileValue, (value) => {
        refusedOrRead(() => readBaseModel({ name: 'x', revision: '1' }, model, value));
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('manifest.json and cards of adapters', () => {
  it('are read or refused, and never reach a prototype', () => {
    fc.assert(
      fc.property(hostileValue, (value) => {
        refusedOrRead(() => parseManifest(value));
        refusedOrRead(() => readCard(JSON.stringify(value) ?? ''));
        expect(({} as Record<string, unknown>).vocab).toBeUndefined();
      }),
      { seed, numRuns: 300 },
    );
  });

  it.each(['../x', '/etc/x', 'a/../../b', 'https://elsewhere/x', 'a\\b', '..', ''])(
    'a path %s that leaves the folder is refused',
    (folder) => {
      expect(() => parseManifest({ folder, name: 'x', revision: '1', files: [] })).toThrow(AppError);
    },
  );
});

describe('weights', () => {
  it('with lengths, shapes and offsets beyond all measure are refused at once', () => {
    const file = (header: string, length = BigInt(header.length)) => {
      const bytes = new Uint8Array(8 + header.length);
      new DataView(bytes.buffer).setBigUint64(0, length, true);
      bytes.set(new TextEncoder().encode(header), 8);
      return bytes;
    };
    const tensor = (shape: string, offsets: string) =>
      `{"t":{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}}`;
    for (const bytes of [
      file('{}', 2n ** 63n),
      file('{}', 2n ** 64n - 1n),
      file(tensor('[4294967296,4294967296]', '[0,0]')),
      file(tensor('[9007199254740991]', '[0,36028797018963964]')),
      file(tensor('[1e308]', '[0,4]')),
      file(tensor('[2]', '[8,16]')),
      file(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}',
      ),
      file(`{"a":${'['.repeat(50_000)}`),
    ])
      expect(() => readSafetensors(bytes)).toThrow(AppError);
  });

  it('of ONNX with lengths beyond the file are refused at once, however many bytes they claim', () => {
    for (const claim of [
      [0xff, 0xff, 0xff, 0xff, 0x0f],
      Array.from({ length: 9 }, () => 0xff).concat(0x01),
      Array.from({ length: 40 }, () => 0xff),
    ])
      expect(() => readModel(Uint8Array.from([0x3a, ...claim]))).toThrow(AppError);
  });
});

describe('an archive', () => {
  const zip = (entries: Record<string, Uint8Array>, name = 'model.zip') => [
    new File([new Uint8Array(zipSync(entries))], name),
  ];
  const content = new TextEncoder().encode('{}');

  it('gives names without their folders, wherever these lead', async () => {
    const files = await adapterFilesOf(
      zip({
        '../../etc/adapter.json': content,
        '/abs/adapter.safetensors': content,
        '__proto__/x.json': content,
      }),
    );
    expect(files.map(({ name }) => name).sort()).toEqual(['adapter.json', 'adapter.safetensors', 'x.json']);
  });

  it('that unpacks to more than a model can have is refused before it is unpacked', async () => {
    const bomb = new Uint8Array(zipSync({ 'adapter.safetensors': new Uint8Array(40e6) }));
    expect(bomb.length).toBeLessThan(1e6);
    // The sizes that the archive claims, in its entry and in its directory.
    const view = new DataView(bomb.buffer);
    for (let at = 0; at < bomb.length - 4; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0xf0000000, true);
    }
    await expect(adapterFilesOf([new File([bomb], 'bomb.zip')])).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('that is damaged anywhere is refused or read, with no other error', async () => {
    const [file] = zip({ 'adapter.json': content, 'adapter.safetensors': new Uint8Array(300).fill(7) });
    const whole = new Uint8Array(await file.arrayBuffer());
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const broken = whole.with(at, byte);
        await adapterFilesOf([new File([new Uint8Array(broken)], 'x.zip')]).catch((error: unknown) => {
          expect(error).toBeInstanceOf(AppError);
        });
      }),
      { seed, numRuns: 300 },
    );
  });
});
