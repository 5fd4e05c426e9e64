import type { Adapter } from '../../src/predictors/files/index.ts';
import type { ModelManifest } from '../../src/weights/index.ts';
import { validationLooks } from './validationLooks.ts';

/** Perplexities of one model, first observation included. */
export interface AdapterFigures {
  readonly tuning: number;
  /** Of the same people, had they not told what they were paid. */
  readonly tuningWithoutPay: number;
  /** Of what ships; null where the build did not report. */
  readonly validation: { readonly perplexity: number; readonly standardError: number } | null;
}

/** README.md of the adapters' folder. Every figure comes from the build itself. */
export function writeAdapterCard(
  manifest: ModelManifest,
  adapters: ReadonlyMap<string, Adapter>,
  figures: ReadonlyMap<string, AdapterFigures>,
): string {
  const row = ([name, { tuning, tuningWithoutPay, validation }]: [string, AdapterFigures]) => {
    const about = adapters.get(name)?.about;
    const reported = validation
      ? `${validation.perplexity.toFixed(3)} ± ${validation.standardError.toFixed(3)}`
      : 'not reported';
    return `| \`${name}\` | ${about?.name ?? 'Mixture of transition tables'} | ${tuning.toFixed(3)} | ${tuningWithoutPay.toFixed(3)} | ${reported} |`;
  };
  return `# What ships with ${manifest.name} ${manifest.revision}

A head on the language model's hidden states, CAREER (Vafa et al.), CAREER that also sees how often and how lately its
person had each occupation, how they came to it, and what they were paid an hour before, and the average of all of them with the mixture of transition tables: \`npm run model:adapters\`.

The head, too, knows of pay before, where the file tells it: never of the step to be predicted. While they learn it is hidden from
two careers of five, so that careers without it are predicted, too.

Trained on ${adapters.get('head')?.about.learnedFrom.people ?? 0} people of the NLSY97, ${yearsOf(adapters.get('head'))}. What the model card says of sources, terms and what
the model must not be used for holds for these too.

## Figures

Perplexity of the next occupation, first observation included. Every setting, every stop and the average's weights were chosen
on the *tuning* people (training people whose id ends in 7), whom the models of that column had not learned from. Then each
was trained once more, as long, on all training people, the tuning people among them: that ships, and validation people report on it.

| file | model | tuning, before | the same without pay | validation, as it ships |
|---|---|---|---|---|
${[...figures].map(row).join('\n')}

As they run in the page: \`npm run lab -- evaluate ../shared/data/nlsy97/validation.csv.gz --model head\`, or \`career\`, \`path\`, \`best\`.

## How often validation people were looked at

| when | what was seen |
|---|---|
${validationLooks.map(({ at, saw }) => `| ${at} | ${saw} |`).join('\n')}

Nothing was chosen by any of these figures but the three details of the tables, which flatter the mixture a little, and whatever has it
for a teacher or a member.
`;
}

function yearsOf(adapter: Adapter | undefined): string {
  const { firstYear, lastYear } = adapter?.about.learnedFrom ?? {};
  return firstYear && lastYear ? `${firstYear}–${lastYear}` : 'years unknown';
}
