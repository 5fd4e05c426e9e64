/**
 * Fits what stands beside the language model: `models/baselines.json` with the mixture of transition tables and the
 * table of where people went, from the training people. Run: `npx tsx models/recipe/baselines.ts`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { populations, readPanel } from '../../src/career/index.ts';
import {
  fewestPeople,
  fitBaseline,
  fitTransitions,
  type ShippedBaselines,
  toBaselineFile,
  toTransitionFile,
} from '../../src/evaluation/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';

const panelPath = fileURLToPath(new URL('../../../shared/data/nlsy97/train.csv.gz', import.meta.url));
const outputPath = fileURLToPath(new URL('../baselines.json', import.meta.url));
const source =
  'Bureau of Labor Statistics, U.S. Department of Labor. National Longitudinal Survey of Youth 1997 cohort. ' +
  'Produced and distributed by CHRR, The Ohio State University.';

if (!existsSync(panelPath)) {
  console.error(
    'The training people (../shared/data/nlsy97/train.csv.gz) are not here: baselines.json stays as it is.',
  );
  process.exit(1);
}
const histories = readPanel(gunzipSync(readFileSync(panelPath)).toString('utf8'));
console.error(`Fitting the mixture on ${histories.length} people`);
const years = histories.flatMap(({ observations }) => observations.map(({ year }) => year));
const shipped: ShippedBaselines = {
  format: 'onward-baselines',
  version: 1,
  population: {
    name: populations.nlsy97,
    people: histories.length,
    observations: years.length,
    firstYear: years.reduce((a, b) => Math.min(a, b)),
    lastYear: years.reduce((a, b) => Math.max(a, b)),
    source,
  },
  mixture: toBaselineFile(fitBaseline('mixture', histories, occ1990dd, { minimumPeople: fewestPeople })),
  transitions: toTransitionFile(fitTransitions(histories, occ1990dd)),
};
const text = `${JSON.stringify(shipped)}\n`;
writeFileSync(outputPath, text);
console.error(`Wrote models/baselines.json, ${(text.length / 1e6).toFixed(2)} MB`);
