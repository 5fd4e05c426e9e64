import { describe, expect, it } from 'vitest';
import { exportGraph } from '../../models/shapes/decoderExport.ts';
import { weightBytes } from '../../models/shapes/exportFiles.ts';
import { shapes, type ShapeDtype, type ShapeName } from '../../models/shapes/shapes.ts';
import { approximateBytes, catalogue, catalogueDtypes } from '../../src/hub/index.ts';

/** The shape that has the sizes of an entry. */
const shapeOf = (name: string): ShapeName | undefined =>
  (Object.keys(shapes) as ShapeName[]).find((shape) =>
    name.toLowerCase().replaceAll(' ', '-').startsWith(shape),
  );

describe('the catalogue', () => {
  it('names only models whose shape is tested, each repository once', () => {
    expect(catalogue.filter(({ name }) => shapeOf(name) === undefined)).toEqual([]);
    expect(new Set(catalogue.map(({ repository }) => repository)).size).toBe(catalogue.length);
  });

  it.each(catalogue.map((entry) => [entry.name, entry] as const))(
    'says about how large %s is, within a fifth, before the hub says it',
    (name, entry) => {
      const shape = shapes[shapeOf(name) ?? 'smollm2-135m'];
      for (const dtype of catalogueDtypes) {
        const bytes = weightBytes(exportGraph(shape, dtype as ShapeDtype, 1));
        const ratio = approximateBytes(entry, dtype) / bytes;
        expect(ratio, dtype).toBeGreaterThan(0.8);
        expect(ratio, dtype).toBeLessThan(1.2);
      }
    },
  );
});
