import type { OpenPanel } from '../../predictors/models.ts';
import type { CareerHistory } from '../../career/index.ts';
import { splitPanel } from '../../evaluation/index.ts';
import { AppError } from '../../platform/index.ts';
import type { PanelPart, PanelRow, PanelSummary, Store } from '../../storage/index.ts';
import type { PanelRequest } from './panelRequest.ts';
import { unpackedPacks } from './packedPeople.ts';
import { takePanel, type Intake, type PackedPanel } from './panelIntake.ts';

/** The panels of this visit, packed in memory, and those that the person stored. */
export class Panels {
  readonly #here = new Map<string, PackedPanel>();
  /** Unpacked: the one that was used last. */
  #open: OpenPanel | null = null;

  constructor(private readonly store: Store) {}

  async add(request: PanelRequest, intake: Intake = {}): Promise<PanelSummary> {
    const panel = await takePanel(request, intake);
    this.#here.set(panel.row.id, panel);
    return this.#summary(panel.row);
  }

  /** Throws `quota` and `storage`; the panel stays in memory then. */
  async keep(id: string): Promise<PanelSummary> {
    const { row, people } = await this.#packed(id);
    await this.store.withRoom(() => this.store.panels.save(row, people));
    return { ...row, isStored: true };
  }

  async rename(id: string, name: string): Promise<void> {
    const here = this.#here.get(id);
    if (here) here.row = { ...here.row, name };
    if (await this.#isStored(id)) await this.store.panels.rename(id, name);
    else if (!here) throw absent(id);
  }

  async delete(id: string): Promise<void> {
    this.#here.delete(id);
    if (this.#open?.row.id === id) this.#open = null;
    await this.store.panels.delete(id);
    await this.store.hiddenStates.deleteOf(id);
  }

  /** Stored ones and those in memory, newest first. Where nothing can be stored, memory alone. */
  async list(): Promise<PanelSummary[]> {
    const stored = await this.#stored();
    const ids = new Set(stored.map(({ id }) => id));
    const here = [...this.#here.values()].map(({ row }) => row).filter(({ id }) => !ids.has(id));
    return [
      ...stored.map((row) => ({ ...row, isStored: true })),
      ...here.map((row) => ({ ...row, isStored: false })),
    ].sort((a, b) => b.addedAt - a.addedAt);
  }

  async has(id: string): Promise<boolean> {
    return this.#here.has(id) || (await this.#isStored(id));
  }

  /** Throws `bad-input` where it is neither in memory nor stored. */
  async open(id: string): Promise<OpenPanel> {
    const mayBeStored = (this.#here.get(id)?.row.isSynthetic ?? false) || (await this.#isStored(id));
    if (this.#open?.row.id === id) return { ...this.#open, mayBeStored };
    this.#open = null;
    const { row, people: packs } = await this.#packed(id);
    const people: CareerHistory[] = [];
    for await (const pack of unpackedPacks(packs)) people.push(...pack);
    this.#open = { row, people: splitPanel(people, row.split), mayBeStored };
    return this.#open;
  }

  async read(id: string, part: PanelPart): Promise<CareerHistory[]> {
    return (await this.open(id)).people[part];
  }

  async #packed(id: string): Promise<PackedPanel> {
    const panel = this.#here.get(id) ?? (await this.store.panels.load(id));
    if (!panel) throw absent(id);
    return panel;
  }

  async #summary(row: PanelRow): Promise<PanelSummary> {
    return { ...row, isStored: await this.#isStored(row.id) };
  }

  async #isStored(id: string): Promise<boolean> {
    return (await this.#stored()).some((row) => row.id === id);
  }

  #stored(): Promise<PanelRow[]> {
    return this.store.panels.list().catch(() => []);
  }
}

function absent(id: string): AppError {
  return new AppError('bad-input', 'This panel is not here: choose its file again.', { id });
}
