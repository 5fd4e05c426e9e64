import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/platform/index.ts';
import { languageRoute } from '../../../src/ui/answer/answer.ts';
import { Forecast, type Question } from '../../../src/ui/state/forecast.svelte.ts';
import { ShownModel } from '../../../src/ui/state/shownModel.svelte.ts';
import type { StoredQueries } from '../../../src/storage/index.ts';
import type { AdapterAnswer, AdapterSummary, OnwardWorker, Prediction } from '../../../src/worker/index.ts';

const list = {
  name: 'two',
  occupations: [
    { code: 'a', title: 'Cooks' },
    { code: 'b', title: 'Clowns' },
  ],
};
const question = (year: number): Question => ({
  history: { personId: '1', population: '', observations: [] },
  next: { year, education: null },
  list,
});
const said = (id: string, first: number): AdapterAnswer => ({
  id,
  name: id,
  kind: id,
  codes: ['a', 'b'],
  probabilities: Float64Array.of(first, 1 - first),
});

/** A worker that answers when the test says so. */
class Worker {
  readonly calls: {
    tell: (answer: AdapterAnswer) => void;
    end: (prediction: Prediction) => void;
    fail: (error: Error) => void;
  }[] = [];

  readonly predict: OnwardWorker['predict'] = (_request, _signal, onAnswer) =>
    new Promise((end, fail) => {
      this.calls.push({ tell: (answer) => onAnswer?.(answer), end, fail });
    });

  get asWorker(): OnwardWorker {
    return this as unknown as OnwardWorker;
  }
}

const whole = (adapters: readonly AdapterAnswer[], more: Partial<Prediction> = {}): Prediction => ({
  codes: ['a', 'b'],
  raw: Float64Array.of(0.2, 0.2),
  renormalised: Float64Array.of(0.5, 0.5),
  validMass: 0.4,
  promptTokens: 1,
  reusedTokens: 0,
  forwardedNodes: 0,
  leftOutRecords: 0,
  milliseconds: 5,
  adapters,
  unanswered: [],
  ...more,
});

const shipped = ['shipped/quick', 'shipped/best'];
let worker: Worker;
let forecast: Forecast;
let shown: ShownModel;
const onScreen = () => forecast.answer?.models.map(({ id, isOlder }) => (isOlder ? `(${id})` : id));

/** What a browser remembers. */
function memory(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** Asked and answered by all. */
async function answered(year: number, models: readonly string[] = shipped): Promise<void> {
  const asking = forecast.ask(worker.asWorker, question(year), models);
  await Promise.resolve();
  worker.calls.at(-1)?.end(whole(models.map((id) => said(id, 0.6))));
  await asking;
}

beforeEach(() => {
  vi.stubGlobal('localStorage', memory());
  worker = new Worker();
  shown = new ShownModel();
  forecast = new Forecast(shown);
});

describe('the answers on screen', () => {
  it('begin with the first one, whoever’s it is, and change to the best when that is there', async () => {
    const asking = forecast.ask(worker.asWorker, question(2001), shipped);
    await Promise.resolve();
    const [{ tell, end }] = worker.calls;
    tell(said('shipped/quick', 0.1));
    expect(forecast.answer?.shown.id).toBe('shipped/quick');
    expect(forecast.isUpdating).toBe(false);
    tell(said('shipped/best', 0.2));
    expect(forecast.answer?.shown.id).toBe('shipped/best');
    expect(forecast.answer?.raw).toBeNull();
    end(whole([said('shipped/quick', 0.1), said('shipped/best', 0.2)]));
    await asking;
    expect(onScreen()).toEqual(['language-route', ...shipped]);
    expect(forecast.answer?.validMass).toBe(0.4);
  });

  it('take their rows one by one; the figures wait for the model that they are of', async () => {
    await answered(2001);
    const asking = forecast.ask(worker.asWorker, question(2002), shipped);
    await Promise.resolve();
    expect(forecast.isUpdating).toBe(true);
    expect(onScreen()).toEqual(['(language-route)', '(shipped/quick)', '(shipped/best)']);
    worker.calls[1].tell(said('shipped/quick', 0.9));
    expect(onScreen()).toEqual(['(language-route)', 'shipped/quick', '(shipped/best)']);
    expect([forecast.answer?.year, forecast.answer?.probabilities[0], forecast.isUpdating]).toEqual([
      2001,
      0.6,
      true,
    ]);
    worker.calls[1].tell(said('shipped/best', 0.8));
    expect([forecast.answer?.year, forecast.answer?.probabilities[0], forecast.isUpdating]).toEqual([
      2002,
      0.8,
      false,
    ]);
    worker.calls[1].end(whole([said('shipped/quick', 0.9), said('shipped/best', 0.8)]));
    await asking;
    expect(forecast.isAsking).toBe(false);
  });

  it('are never of a question before the latest', async () => {
    await answered(2001);
    void forecast.ask(worker.asWorker, question(2002), shipped);
    await Promise.resolve();
    const asking = forecast.ask(worker.asWorker, question(2003), shipped);
    worker.calls[1].tell(said('shipped/best', 0.1));
    worker.calls[1].end(whole([said('shipped/best', 0.1)]));
    await expect.poll(() => worker.calls.length).toBe(3);
    expect([forecast.answer?.year, forecast.isUpdating]).toEqual([2001, true]);
    worker.calls[2].end(whole([said('shipped/best', 0.3)]));
    await asking;
    expect([forecast.answer?.year, forecast.answer?.probabilities[0]]).toEqual([2003, 0.3]);
  });

  it('are not lost, nor marred, by the failure of a question before the latest', async () => {
    const first = forecast.ask(worker.asWorker, question(2001), shipped);
    await Promise.resolve();
    const second = forecast.ask(worker.asWorker, question(2002), shipped);
    worker.calls[0].fail(new Error('too late to matter'));
    await vi.waitFor(() => expect(worker.calls).toHaveLength(2));
    expect(forecast.error).toBeNull();
    worker.calls[1].end(whole(shipped.map((id) => said(id, 0.6))));
    await Promise.all([first, second]);
    expect(forecast.answer?.year).toBe(2002);
    expect(forecast.error).toBeNull();
  });

  it('that were computed earlier stay whole until the same can be shown', async () => {
    const precomputed = languageRoute(Float64Array.of(0.7, 0.3));
    const about = { list, year: 2001, education: null, previousCode: null, raw: null, validMass: null };
    const origin = { kind: 'precomputed', model: 'm' } as const;
    forecast.show(
      {
        ...about,
        origin,
        shown: precomputed,
        models: [precomputed],
        probabilities: precomputed.probabilities,
      },
      'key',
    );
    void forecast.ask(worker.asWorker, question(2001), shipped);
    await Promise.resolve();
    worker.calls[0].tell(said('shipped/quick', 0.1));
    expect(forecast.answer?.origin.kind).toBe('precomputed');
    worker.calls[0].tell(said('shipped/best', 0.1));
    expect(forecast.answer?.origin.kind).toBe('live');
  });
});

describe('the model that is shown', () => {
  const kept = { id: 'mine', name: 'Mine', kind: 'career' } as AdapterSummary;
  const stored = (list: readonly AdapterSummary[]) => () =>
    Promise.resolve({ listAdapters: () => Promise.resolve(list) } as unknown as StoredQueries);

  it('is the one that was chosen, as soon as it has answered; it is asked of the same question', async () => {
    await answered(2001);
    shown.choose(kept);
    const asking = forecast.ask(worker.asWorker, question(2001), [...shipped, 'mine']);
    await Promise.resolve();
    expect(forecast.answer?.shown.id).toBe('shipped/best');
    worker.calls[1].tell(said('mine', 0.05));
    expect([forecast.answer?.shown.id, forecast.answer?.probabilities[0]]).toEqual(['mine', 0.05]);
    const why = { id: 'mine', name: 'Mine', code: 'bad-input', message: 'Other list' } as const;
    worker.calls[1].end(whole([said('shipped/best', 0.6)], { unanswered: [why] }));
    await asking;
    expect(forecast.answer?.shown.id).toBe('shipped/best');
    expect(forecast.unanswered).toEqual([why]);
  });

  it('is remembered, and given up with its name where it is no longer here', async () => {
    shown.choose(kept);
    const again = new ShownModel();
    expect(again.chosen).toEqual({ id: 'mine', name: 'Mine' });
    await again.refresh(() => Promise.reject(new AppError('storage', 'closed')));
    expect(again.chosen?.id).toBe('mine');
    await again.refresh(stored([kept]));
    expect([again.chosen?.id, again.lost]).toEqual(['mine', null]);
    await again.refresh(stored([]));
    expect([again.chosen, again.lost]).toEqual([null, 'Mine']);
    expect(new ShownModel().chosen).toBeNull();
  });

  it('that ships needs no row here', async () => {
    shown.choose({ id: 'shipped/best', name: 'Best' });
    await shown.refresh(stored([]));
    expect([shown.chosen?.id, shown.lost]).toEqual(['shipped/best', null]);
    localStorage.setItem('onward-shown-model', '{"id":7');
    expect(new ShownModel().chosen).toBeNull();
  });
});
