import type { CareerHistory, ColumnMapping } from '../../career/index.ts';
import { isSameList, type OccupationList } from '../../occupation/index.ts';
import type { StoredQueries } from '../../storage/index.ts';
import type { OnwardConnection } from '../../worker/index.ts';
import type { AnswerRecord } from '../answer/answerRecord.ts';
import { TitleFinder } from '../editing/titleFinder.ts';
import type { Example } from '../example/exampleFile.ts';
import { precomputedAnswer } from '../example/precomputed.ts';
import { extrapolations } from '../model/extrapolation.ts';
import { Baseline } from './baseline.svelte.ts';
import { Editor } from './editor.svelte.ts';
import { Engine } from './engine.svelte.ts';
import { Examples } from './examples.svelte.ts';
import { Forecast, questionKey, type Question } from './forecast.svelte.ts';
import { Importer } from './importer.svelte.ts';
import { ListChoice } from './listChoice.svelte.ts';
import { LanguageModelChoice } from './modelChoice.svelte.ts';
import { SavedCareers } from './savedCareers.svelte.ts';
import { ShownModel } from './shownModel.svelte.ts';
import { Theme } from './theme.svelte.ts';

/** The whole page: the parts and how they meet. */
export class Onward {
  readonly theme = new Theme();
  readonly editor = new Editor();
  readonly shown = new ShownModel();
  readonly forecast = new Forecast(this.shown);
  readonly importer = new Importer();
  readonly examples = new Examples();
  readonly baseline = new Baseline();
  readonly lists = new ListChoice();
  readonly engine: Engine;
  readonly saved: SavedCareers;
  readonly list = $derived<OccupationList>(this.lists.list);
  readonly titles = $derived(new TitleFinder(this.list));

  readonly question = $derived<Question>({
    history: this.titles.withCodes(this.editor.read.history),
    next: this.editor.read.next,
    list: this.list,
  });
  /** Whether the answer on screen belongs to the career on screen. */
  readonly isAnswerCurrent = $derived(
    !this.editor.isBlocked &&
      this.forecast.answer?.list === this.list &&
      this.forecast.answeredKey === questionKey(this.question),
  );
  /** Why the model has seen nobody like this; empty while it is not known. */
  readonly extrapolations = $derived.by(() => {
    const { report } = this.engine;
    return report ? extrapolations(report.populations, this.question.history, this.question.next) : [];
  });
  /** The list that the chosen model predicts, where another one is in use. */
  readonly otherList = $derived.by(() => {
    const said = this.forecast.unanswered.find(({ id }) => id === this.shown.chosen?.id);
    return said?.list && !isSameList(said.list, this.list)
      ? { id: said.id, name: said.name, list: said.list }
      : null;
  });
  /** Beside an answer over the same list only: both are in list order. */
  readonly comparison = $derived(
    this.forecast.answer?.list === this.list ? this.baseline.compare(this.question) : null,
  );
  readonly record = $derived<AnswerRecord | null>(
    this.forecast.answer && this.isAnswerCurrent
      ? {
          history: this.question.history,
          answer: this.forecast.answer,
          comparison: this.comparison,
          model: this.#modelInWords(),
        }
      : null,
  );

  constructor(
    connection: OnwardConnection,
    private readonly openStored: () => Promise<StoredQueries>,
  ) {
    this.engine = new Engine(connection, new LanguageModelChoice(openStored));
    this.saved = new SavedCareers(connection, openStored);
  }

  /** First the example, then the model: the page has something to show from the first moment. */
  async begin(): Promise<void> {
    const loading = this.examples.load();
    void this.baseline.load();
    void this.engine.start();
    void this.engine.models.refresh();
    this.engine.models.listen();
    await loading;
    const [first] = this.examples.all;
    if (first && !this.#isTouched) this.openExample(first);
    const draft = await this.saved.refresh();
    if (draft && !this.#isTouched) this.editor.open(draft.history, draft.next, { kind: 'own' });
  }

  /** True once the person did something: from then on nothing replaces the career by itself. */
  get #isTouched(): boolean {
    return this.editor.canUndo || this.editor.source.kind === 'file';
  }

  openExample({ id, history, next }: Example): void {
    this.importer.close();
    this.editor.open(history, next, { kind: 'example', id });
    if (!this.examples.answers) return;
    const answer = precomputedAnswer(this.examples.answers, this.titles.withCodes(history), next, this.list);
    if (answer) this.forecast.show(answer, questionKey(this.question));
  }

  /** Keeps unsaved work of one's own, where the person asked for it. */
  keepDraft(): void {
    const { history, next } = this.editor.read;
    if (this.editor.isUnsaved) void this.saved.keepDraft(history, next);
  }

  startOver(): void {
    this.importer.close();
    this.editor.startOver();
  }

  async openFile(file: File): Promise<void> {
    await this.importer.readFile(file, this.list, this.editor.thisYear);
    this.#openFirst();
  }

  openText(text: string): void {
    this.importer.readText(text, this.list, this.editor.thisYear);
    this.#openFirst();
  }

  remap(mapping: ColumnMapping): void {
    this.importer.remap(mapping, this.list, this.editor.thisYear);
    this.#openFirst();
  }

  openCareer(career: CareerHistory): void {
    this.editor.open(career, null, { kind: 'file', name: this.importer.name, personId: career.personId });
  }

  /** A person of a panel, as if out of its file. */
  openPerson(person: CareerHistory, panel: string): void {
    this.importer.close();
    this.editor.open(person, null, { kind: 'file', name: panel, personId: person.personId });
  }

  /** Puts the question of the moment to the models, if there is one and the model can answer. */
  ask(): void {
    const { report, connection } = this.engine;
    if (!report || this.editor.isBlocked) return;
    const { chosen, isOwn } = this.shown;
    const models = [...report.adapters.map(({ id }) => id), ...(isOwn && chosen ? [chosen.id] : [])];
    void this.forecast.ask(connection, this.question, models).then(() => this.#followList());
  }

  /** Looks up what was trained or imported, or is gone, since the last time. */
  refreshModels(): Promise<void> {
    return this.shown.refresh(this.openStored);
  }

  /** From now on the answer of this kept model is shown. */
  showModel(id: string): Promise<void> {
    return this.shown.chooseById(id, this.openStored);
  }

  /** Takes the list of the chosen model into use, or back the one that comes with the app. */
  useListOfChosen(): void {
    if (this.otherList) this.lists.useListOf(this.otherList.id, this.otherList.list);
  }

  /** On a later visit the list of the chosen model is in use as it was. */
  #followList(): void {
    if (this.lists.ofModel !== null && this.otherList?.id === this.lists.ofModel) this.useListOfChosen();
  }

  /** Puts the same question again, after a failure. */
  askAgain(): void {
    this.forecast.reset();
    this.ask();
  }

  #openFirst(): void {
    const [first] = this.importer.careers;
    if (first) this.openCareer(first);
  }

  #modelInWords(): string {
    const { answer } = this.forecast;
    if (answer?.origin.kind === 'precomputed')
      return `Onward, model ${answer.origin.model}, computed earlier`;
    const { report } = this.engine;
    return report ? `Onward, model ${report.name} ${report.revision}, on this device` : 'Onward';
  }
}
