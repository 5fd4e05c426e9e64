import { baselineNames, type BaselineName } from '../../../evaluation/index.ts';
import type { AdapterSummary, ModelReference, ModelReport, PanelSummary } from '../../../worker/index.ts';
import { learnedFromInWords } from '../../model/learnedFromWords.ts';
import { modelName } from '../../model/modelNames.ts';
import { count } from '../words.ts';

/** A model that can be asked about the panel. */
export interface Candidate {
  key: string;
  name: string;
  /** Whom it has learned from, in words. */
  learnedFrom: string;
  reference: ModelReference;
  /** Whether a report holds it unless the person unticks it: all of one's own models, and what they have to beat. */
  isUsual: boolean;
}

const usualTables: readonly BaselineName[] = ['transitions', 'mixture'];

const baselineWords: Readonly<Record<BaselineName, string>> = {
  unigram: 'How common each occupation is',
  transitions: 'Transition table',
  'transitions-age-education': 'Transition table by age and education',
  'second-order': 'Transition table of the last two occupations',
  'own-history': 'Own history and transition table',
  stay: 'Everybody stays',
  'simple-mixture': 'Mixture of tables, simple',
  mixture: 'Mixture of tables',
};

/** Everything that predicts the panel's list: the language model, what was trained or imported or shipped, and the tables. */
export function candidatesFor(
  panel: PanelSummary,
  adapters: readonly AdapterSummary[],
  model: ModelReport | null,
): Candidate[] {
  const { people, observations } = panel.parts.fitting;
  const here = `${count(people)} fitting people of this panel (${count(observations)} observations)`;
  const isFromElsewhere = model?.populations.length === 0;
  const fitting = [...adapters, ...(model?.adapters ?? [])].filter((adapter) => isFor(panel, adapter));
  return [
    {
      key: 'language-route',
      name: isFromElsewhere ? `Language model ${model.name}` : 'Language model as it ships',
      learnedFrom: model ? populationsInWords(model) : 'what its card says',
      reference: { kind: 'language-route' },
      isUsual: true,
    },
    ...fitting.map((adapter) => ({
      key: adapter.id,
      name: modelName(adapter),
      learnedFrom: learnedFromInWords(adapter),
      reference: { kind: 'adapter', id: adapter.id } as const,
      isUsual: adapter.source !== 'shipped',
    })),
    ...baselineNames.map((name) => ({
      key: name,
      name: baselineWords[name],
      learnedFrom: here,
      reference: { kind: 'baseline', name } as const,
      isUsual: usualTables.includes(name),
    })),
  ];
}

/** Whether a model predicts the list of the panel; its occupations are compared when it is asked. */
export function isFor({ list: { list } }: PanelSummary, { list: own }: AdapterSummary): boolean {
  return own === null || (own.name === list.name && own.occupations === list.occupations.length);
}

function populationsInWords({ populations }: ModelReport): string {
  if (populations.length === 0) return 'text of many kinds; no survey of careers as far as this page knows';
  return populations
    .map(
      ({ name, people, firstYear, lastYear }) =>
        `${name} (${count(people)} people, ${firstYear}–${lastYear})`,
    )
    .join(', ');
}
