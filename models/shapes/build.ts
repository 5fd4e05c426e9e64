/**
 * `npm run model:shapes -- --shape smollm2-135m [--dtype q4]… [--layers N] [--seed N] [--tiny] FOLDER`: a model folder in
 * the shape, operators and layout of a hub export, with seeded random weights: what it answers means nothing.
 */
import { parseArgs } from 'node:util';
import { writeShapeFolder } from './shapeFolder.ts';
import { shapeDtypes, shapes, tinyShape, type ShapeDtype, type ShapeName } from './shapes.ts';

const usage = `Usage: npm run model:shapes -- --shape ${Object.keys(shapes).join('|')} [--dtype ${Object.keys(shapeDtypes).join('|')}]… [--layers N] [--seed N] [--tiny] FOLDER`;

function refuse(): never {
  console.error(usage);
  process.exit(2);
}

/** The words after the command; whoever says one that is not known, `--help` for one, is told which there are. */
function readLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        shape: { type: 'string' },
        dtype: { type: 'string', multiple: true, default: ['q4'] },
        layers: { type: 'string' },
        seed: { type: 'string', default: '1' },
        tiny: { type: 'boolean', default: false },
      },
    });
  } catch {
    return refuse();
  }
}

const { values, positionals } = readLine();
const isShape = (name: string | undefined): name is ShapeName =>
  name !== undefined && Object.hasOwn(shapes, name);
const isDtype = (name: string): name is ShapeDtype => Object.hasOwn(shapeDtypes, name);
const isCount = (text: string) => /^[1-9]\d{0,8}$/.test(text);

const { shape: name, layers, seed } = values;
const [folder] = positionals;
if (
  !isShape(name) ||
  !values.dtype.every(isDtype) ||
  positionals.length !== 1 ||
  !isCount(layers ?? '1') ||
  !isCount(seed)
)
  refuse();
const shape = values.tiny ? tinyShape(name) : shapes[name];
const started = performance.now();
writeShapeFolder(
  folder,
  layers === undefined ? shape : { ...shape, layers: Number(layers) },
  values.dtype,
  Number(seed),
);
console.error(
  `${folder}: ${name}, ${values.dtype.join(', ')}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
);
