import { describe, expect, it } from 'vitest';
import { Editor } from '../../../src/ui/state/editor.svelte.ts';

const history = (personId: string) => ({
  personId,
  population: 'NLSY97 dataset',
  birthYear: 1980,
  observations: [],
});

/** An editor with one row, whose title was set to `1`, `2`, … one edit after the other. */
function edited(times: number): { editor: Editor; row: number } {
  const editor = new Editor();
  editor.startOver();
  const row = editor.draft.rows[0].id;
  for (let i = 1; i <= times; i++) {
    editor.changeRow(row, { title: String(i) });
    // Typing in one field is one step; a change of another field comes between.
    editor.changeFacts({ region: String(i) });
  }
  return { editor, row };
}

describe('undo', () => {
  it('goes back two hundred steps, and no further', () => {
    const { editor } = edited(150);
    let steps = 0;
    while (editor.canUndo) {
      editor.undo();
      steps++;
    }
    expect(steps).toBe(200);
    // 300 edits were made: the first hundred of them are beyond reach.
    expect(editor.draft.rows[0].title).toBe('50');
    expect(editor.draft.facts.region).toBe('50');
  });

  it('takes back what was typed into one field as one step', () => {
    const editor = new Editor();
    editor.startOver();
    const [{ id }] = editor.draft.rows;
    for (const title of ['c', 'co', 'coo', 'cook']) editor.changeRow(id, { title });
    editor.undo();
    expect(editor.draft.rows[0].title).toBe('');
    editor.redo();
    expect(editor.draft.rows[0].title).toBe('cook');
  });

  it('forgets what was undone as soon as something else is done', () => {
    const { editor, row } = edited(2);
    editor.undo();
    editor.undo();
    expect(editor.canRedo).toBe(true);
    editor.changeRow(row, { title: 'another' });
    expect(editor.canRedo).toBe(false);
    editor.undo();
    expect(editor.draft.rows[0].title).toBe('1');
  });

  it('brings back the career that another one replaced, with where it came from', () => {
    const editor = new Editor();
    editor.open(history('a'), null, { kind: 'file', name: 'a.csv', personId: 'a' });
    editor.open(history('b'), null, { kind: 'example', id: 'b' });
    editor.undo();
    expect(editor.draft.personId).toBe('a');
    expect(editor.source).toEqual({ kind: 'file', name: 'a.csv', personId: 'a' });
  });
});

describe('the source of a career', () => {
  it('becomes one’s own when an example is edited, and stays when a file is', () => {
    const editor = new Editor();
    editor.open(history('a'), null, { kind: 'example', id: 'a' });
    editor.changeFacts({ region: 'west' });
    expect(editor.source).toEqual({ kind: 'own' });
    editor.open(history('b'), null, { kind: 'file', name: 'b.csv', personId: 'b' });
    editor.changeFacts({ region: 'west' });
    expect(editor.source.kind).toBe('file');
  });
});
