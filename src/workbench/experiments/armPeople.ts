import { type CareerHistory, shownCareer, titleText } from '../../career/index.ts';
import type { ExperimentArm, PanelSplit } from '../../evaluation/index.ts';
import { type OccupationList, recodeCareers } from '../../occupation/index.ts';
import { AppError, SeededRandom } from '../../platform/index.ts';
import type { PanelRow } from '../../storage/index.ts';
import type { OpenPanel } from '../../predictors/models.ts';

export interface DrawOptions {
  /** Most people; all where absent. */
  people?: number | undefined;
  seed: number;
}

type Shown = NonNullable<ExperimentArm['shown']>;

/**
 * The panel with fewer people, drawn by the seed and their ids: who takes part in a small experiment does in a larger one.
 * Parts keep their proportions, and no part that had somebody is left empty.
 */
export function drawnPanel(panel: OpenPanel, { people, seed }: DrawOptions): OpenPanel {
  const all = panel.row.people;
  if (people === undefined || people >= all) return panel;
  const part = (of: readonly CareerHistory[]) =>
    drawn(of, Math.max(1, Math.round((people * of.length) / all)), seed);
  const { fitting, tuning, test } = panel.people;
  const split = { fitting: part(fitting), tuning: part(tuning), test: part(test) };
  return derived(panel, split, `${people} people, seed ${seed}`);
}

/**
 * Whom models may learn from besides: people of another panel but for its test people, in the order in which shares of them
 * are taken, in terms of the panel's list.
 */
export function otherPeople(
  other: OpenPanel,
  { row: { list } }: OpenPanel,
  { people = Infinity, seed }: DrawOptions,
): CareerHistory[] {
  const learnable = [...other.people.fitting, ...other.people.tuning];
  if (learnable.length === 0)
    throw new AppError('bad-input', 'The other population leaves nobody to learn from.');
  const some = inDrawnOrder(learnable, seed).slice(0, people);
  const isSame = hasSameCodes(other.row.list.list, list.list);
  return isSame ? some : recodeCareers(some, { ...list, rare: { titles: 0, people: 0, observations: 0 } });
}

/** How many people an arm learns from: of the panel's fitting people, drawn by the seed, and of the others. */
export function learnersOf(
  { people: { fitting } }: OpenPanel,
  others: readonly CareerHistory[],
  { fittingShare = 1, otherShare = 0 }: Pick<ExperimentArm, 'fittingShare' | 'otherShare'>,
): { own: number; others: number } {
  const own = fittingShare === 1 ? fitting.length : Math.max(1, Math.round(fittingShare * fitting.length));
  return { own, others: Math.round(otherShare * others.length) };
}

/** The people of an arm as it is shown them, with its share of them and of the others. The panel itself where nothing differs. */
export function armPanel(
  panel: OpenPanel,
  others: readonly CareerHistory[],
  arm: Pick<ExperimentArm, 'shown' | 'fittingShare' | 'otherShare'>,
  seed: number,
): OpenPanel {
  const { shown = {} } = arm;
  const learners = learnersOf(panel, others, arm);
  const joining = others.slice(0, learners.others);
  const hides = shown.titles === 'codes' || shown.demographics === false || shown.birthYear === false;
  const isWhole = learners.own === panel.people.fitting.length;
  if (isWhole && joining.length === 0 && !hides) return panel;
  const { list, pooled } = panel.row.list;
  const titles = shown.titles === 'codes' ? codeTitles(list) : null;
  const show = (people: readonly CareerHistory[]) => people.map((person) => seen(person, shown, titles));
  const { tuning, test } = panel.people;
  const fitting = isWhole ? panel.people.fitting : drawn(panel.people.fitting, learners.own, seed);
  const split = { fitting: show([...fitting, ...joining]), tuning: show(tuning), test: show(test) };
  const shownPanel = derived(panel, split, JSON.stringify([shown, learners]));
  if (!titles) return shownPanel;
  const occupations = list.occupations.map((occupation) => ({
    ...occupation,
    title: titles.get(occupation.code) ?? unlisted,
  }));
  return { ...shownPanel, row: { ...shownPanel.row, list: { list: { ...list, occupations }, pooled } } };
}

const unlisted = titleText({ occupationCode: null, title: '' }, { titles: 'codes' }).trim();

/** A unique code for each title. Codes that are words would say what they are to hide: those are numbered. */
function codeTitles({ occupations }: OccupationList): ReadonlyMap<string, string> {
  const isNumber = occupations.every(({ code }) => /^\d+$|^in_school$|^not_working$/.test(code));
  return new Map(
    occupations.map(({ code, title }, place) => {
      const occupationCode = isNumber ? code : String(1001 + place);
      return [code, titleText({ occupationCode, title }, { titles: 'codes' }).trim()];
    }),
  );
}

function seen(
  person: CareerHistory,
  shown: Shown,
  titles: ReadonlyMap<string, string> | null,
): CareerHistory {
  const career = shownCareer(person, shown);
  if (!titles) return career;
  const observations = career.observations.map((observation) => ({
    ...observation,
    title: titles.get(observation.occupationCode ?? '') ?? unlisted,
  }));
  return { ...career, observations };
}

function drawn(people: readonly CareerHistory[], count: number, seed: number): CareerHistory[] {
  const chosen = new Set(inDrawnOrder(people, seed).slice(0, count));
  return people.filter((person) => chosen.has(person));
}

function inDrawnOrder(people: readonly CareerHistory[], seed: number): CareerHistory[] {
  const root = new SeededRandom(seed).split('experiment');
  const draws = people.map((person) => ({ person, draw: root.split(person.personId).uniform() }));
  return draws.sort((a, b) => a.draw - b.draw).map(({ person }) => person);
}

/** Nothing that is computed of a part of a panel is stored under the panel's name. */
function derived(panel: OpenPanel, people: PanelSplit, how: string): OpenPanel {
  const count = (part: readonly CareerHistory[]): PanelRow['parts']['test'] => ({
    people: part.length,
    observations: part.reduce((sum, { observations }) => sum + observations.length, 0),
  });
  const parts = { fitting: count(people.fitting), tuning: count(people.tuning), test: count(people.test) };
  const all = Object.values(parts);
  return {
    people,
    mayBeStored: false,
    row: {
      ...panel.row,
      id: `${panel.row.id} ${how}`,
      people: all.reduce((sum, part) => sum + part.people, 0),
      observations: all.reduce((sum, part) => sum + part.observations, 0),
      parts,
      optimum: null,
    },
  };
}

function hasSameCodes(a: OccupationList, b: OccupationList): boolean {
  const codes = new Set(b.occupations.map(({ code }) => code));
  return a.occupations.length === codes.size && a.occupations.every(({ code }) => codes.has(code));
}
