import type { Parameter } from '../onnx/index.ts';
import type { AdapterFileSet, PanelSummary, RunRow, Store } from '../storage/index.ts';
import type { Expectations } from './files/adapterFile.ts';
import type { AdapterAbout } from './files/card.ts';
import type { AskedModel } from './askedModel.ts';
import type { OpenedModel } from './openedModel.ts';
import type { OpenPanel } from './openPanel.ts';
import type { LearningResources, PreparedRun } from './preparedRun.ts';
import type { SettingFields, ValuesOf } from './settings.ts';

/** How many people there are to learn from: small panels want smaller models. */
export type PanelSize = Pick<PanelSummary, 'parts'>;

/** What a kind of model says of itself, without anything that runs: a page may hold it. */
export interface PredictorKind<Fields extends SettingFields = SettingFields> {
  /** In files, addresses and rows; never shown. What a person reads are the messages of this name. */
  readonly id: string;
  /** How it is trained; null where it is made of others, and nothing is learned by steps. */
  readonly training: {
    readonly fields: Fields;
    /** Settings to begin with. */
    defaults(panel: PanelSize): ValuesOf<Fields>;
    /** What is wrong with settings that are right one by one: the key of a message. */
    problem?(settings: ValuesOf<Fields>): string | null;
  } | null;
  /** What it stands on besides the people of a panel: nothing, a language model's hidden states, or its very weights. */
  readonly requires: 'nothing' | 'language model' | 'weights of the language model';
  /** Whether these files without a card are of this kind: other programs write none. */
  claims?(files: AdapterFileSet): boolean;
  /** Everything that runs. */
  load(): Promise<PredictorParts<ValuesOf<Fields>>>;
}

/** Where something trained is opened. */
export interface OpeningPlace {
  readonly resources: LearningResources;
  /** Tells what is computed with these files from what is computed with others: the id of what is opened. */
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
  /** What came with the language model must have been made for it; absent for what was trained or brought here. */
  readonly expected?: Expectations;
  /** What came with the language model, by its name there; for what is made of others. */
  shipped(name: string): Promise<AskedModel>;
  /** The language model as tuned by those of the files that tune one; null where none does. */
  tuned(files: AdapterFileSet): Promise<TunedResources | null>;
}

/** The same place with another language model in it. Whoever asks for it disposes of it. */
export interface TunedResources {
  readonly resources: LearningResources;
  /** The files that tuned it: what stands on it carries them. */
  readonly files: AdapterFileSet;
  readonly dispose: () => Promise<void>;
}

/** Where a run is prepared. Progress counts people. */
export interface Preparation {
  readonly resources: LearningResources;
  readonly store: Store;
  readonly signal?: AbortSignal | undefined;
  readonly onHiddenStates: (done: number, total: number) => void;
  readonly onTitles: (done: number, total: number) => void;
  /** Files of something trained, kept here or shipped, by its id. Throws `bad-input` where it is gone. */
  files(id: string): Promise<AdapterFileSet>;
  /** The language model as something kept has tuned it. Throws `bad-input` where that does not tune. */
  tunedBy(id: string): Promise<TunedResources>;
}

/** What of a kind of model runs. */
export interface PredictorParts<Settings> {
  /** Brings together what a run learns from. Absent where nothing is trained. */
  prepare?(run: RunRow, settings: Settings, panel: OpenPanel, place: Preparation): Promise<PreparedRun>;
  /** The tensors that a card promises. Absent where its files are no card and weights. */
  parameters?(about: AdapterAbout): readonly Parameter[];
  /** Its files, ready to be asked. Throws `bad-input` where they are damaged or do not fit what is here. */
  open(files: AdapterFileSet, place: OpeningPlace): Promise<OpenedModel>;
  /** Holds files from elsewhere against what is here. Throws `bad-input` that says exactly what does not fit. */
  check(files: AdapterFileSet, name: string, place: OpeningPlace): Promise<AdapterAbout>;
  /** The language model tuned by these files, among others perhaps; for kinds that give one back. */
  tune?(
    files: AdapterFileSet,
    place: Omit<OpeningPlace, 'tuned' | 'shipped'>,
  ): Promise<TunedResources | null>;
}
