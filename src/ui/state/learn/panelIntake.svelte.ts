import {
  readCareerFiles,
  type CareerFilesResult,
  type ColumnMapping,
  type OpenedPanel,
  type PanelOptions,
  type PanelReport,
} from '../../../career/index.ts';
import { occ1990dd, readOccupationList, type OwnListResult } from '../../../occupation/index.ts';
import type { LearningConnection, PanelOrigin, PanelRequest } from '../../../worker/index.ts';
import { isCareerFileSet, nameOfFiles } from '../../learn/people/panelFiles.ts';
import { Attempt } from './attempt.svelte.ts';
import type { Panels } from './panels.svelte.ts';

/** What models of the panel are to predict. */
export type ListWish = 'bundled' | 'own' | 'frequency';

/** A file on its way to being a panel: what it holds, what is wrong with it, and what the person said about it. */
export class PanelIntake {
  readonly attempt = new Attempt();
  files = $state.raw<readonly File[]>([]);
  name = $state('');
  population = $state('');
  opened = $state.raw<OpenedPanel | null>(null);
  report = $state.raw<PanelReport | null>(null);
  /** Of CAREER's file set, which has no columns to be asked about. */
  careerFiles = $state.raw<CareerFilesResult | null>(null);

  listWish = $state<ListWish>('bundled');
  ownList = $state.raw<OwnListResult | null>(null);
  minimumPeople = $state(10);
  rare = $state<'pool' | 'leave-out'>('pool');
  seed = $state(1);
  testPercent = $state(20);
  tuningPercent = $state(10);

  readonly careers = $derived(Object.values(this.careerFiles?.splits ?? {}).flat());
  readonly isUsable = $derived((this.report?.layout ? this.report.people : this.careers.length) > 0);
  /** True where the person still has to give a list. */
  readonly lacksList = $derived(this.listWish === 'own' && !this.ownList?.list);

  constructor(
    private readonly connection: LearningConnection,
    private readonly panels: Panels,
    private readonly presentYear: number,
  ) {}

  /** Looks at what was dropped or chosen: one table, or the files of CAREER's set. */
  async open(files: readonly File[]): Promise<void> {
    this.close();
    if (files.length === 0) return;
    this.files = files;
    this.name = nameOfFiles(files);
    this.population = `${this.name} dataset`;
    await this.inspect();
  }

  close(): void {
    this.attempt.cancel();
    this.attempt.error = null;
    this.files = [];
    this.opened = null;
    this.report = null;
    this.careerFiles = null;
    this.listWish = 'bundled';
    this.ownList = null;
  }

  /** Reads the same file under another meaning of its columns. */
  async remap(mapping: ColumnMapping): Promise<void> {
    await this.inspect(mapping);
  }

  async readList(file: File): Promise<void> {
    const content = new Uint8Array(await file.arrayBuffer());
    this.ownList = readOccupationList({ name: file.name, content });
    if (this.ownList.list) await this.inspect();
  }

  async setListWish(wish: ListWish): Promise<void> {
    this.listWish = wish;
    if (!this.lacksList) await this.inspect();
  }

  /** Reads everything once and keeps nothing: the report is what the person decides by. */
  async inspect(mapping: ColumnMapping | undefined = this.opened?.layout?.mapping): Promise<void> {
    const [file] = this.files;
    if (!file) return;
    this.report = null;
    await this.attempt.run(`Reading ${file.name}`, async (signal) => {
      if (isCareerFileSet(this.files)) {
        this.careerFiles = await this.#readCareerFiles();
        return;
      }
      const opened = await this.connection.openPanel(file, mapping ? { mapping } : {});
      if (signal.aborted) return;
      this.opened = opened;
      if (!opened.layout) return;
      const { onProgress } = this.attempt;
      const report = await this.connection.inspectPanel(
        file,
        opened.layout,
        this.#options(),
        onProgress,
        signal,
      );
      if (!signal.aborted) this.report = report;
    });
  }

  /** Takes the inspected people in, for this visit; true where that worked. */
  async take(): Promise<boolean> {
    const origin = this.#origin();
    if (!origin) return false;
    const panel = await this.attempt.run('Taking the people in', (signal) =>
      this.panels.add(this.#request(origin), this.attempt.onProgress, signal),
    );
    if (panel) this.close();
    return panel !== null;
  }

  /** People whose careers follow known rules; the best possible perplexity is known for them. */
  async invent(people: number, occupations: number, seed: number): Promise<boolean> {
    const panel = await this.attempt.run('Inventing people', (signal) =>
      this.panels.add(
        {
          name: `${people.toLocaleString('en')} invented people (${occupations} occupations, seed ${seed})`,
          origin: { kind: 'synthetic', people, occupations, seed },
          split: { seed, testShare: 0.2, tuningShare: 0.1 },
        },
        this.attempt.onProgress,
        signal,
      ),
    );
    return panel !== null;
  }

  #request(origin: PanelOrigin): PanelRequest {
    return {
      name: this.name.trim() || 'My people',
      origin,
      ...this.#list(),
      split: {
        seed: this.seed,
        testShare: this.testPercent / 100,
        tuningShare: this.tuningPercent / 100,
      },
    };
  }

  #origin(): PanelOrigin | null {
    const [file] = this.files;
    const layout = this.report?.layout;
    if (file && layout) return { kind: 'table', file, layout, options: this.#options() };
    return this.careers.length > 0 ? { kind: 'careers', careers: this.careers } : null;
  }

  #list(): Pick<PanelRequest, 'list'> {
    if (this.listWish === 'frequency')
      return { list: { minimumPeople: this.minimumPeople, rare: this.rare } };
    const own = this.listWish === 'own' ? this.ownList?.list : null;
    return { list: { list: own ?? occ1990dd, pooled: null } };
  }

  #options(): PanelOptions {
    const own = this.listWish === 'own' ? this.ownList?.list : null;
    const list = own ?? occ1990dd;
    return {
      presentYear: this.presentYear,
      population: this.population.trim() || 'my dataset',
      ...(this.listWish !== 'frequency' && { occupations: list.occupations }),
    };
  }

  async #readCareerFiles(): Promise<CareerFilesResult> {
    const contents = await Promise.all(
      this.files.map(async (file) => ({
        name: file.name,
        content: new Uint8Array(await file.arrayBuffer()),
      })),
    );
    return readCareerFiles(contents, this.#options());
  }
}
