import type { PanelRow, RunRow, StoredSettings } from '../../storage/index.ts';

/** A run before its first step. */
export function newRun(
  panel: PanelRow,
  { name, settings }: { name: string; settings: StoredSettings },
): RunRow {
  const { fitting, tuning } = panel.parts;
  return {
    id: crypto.randomUUID(),
    name,
    notes: '',
    settings,
    panel: {
      id: panel.id,
      name: panel.name,
      fittingPeople: fitting.people,
      tuningPeople: tuning.people,
    },
    standing: 'open',
    reason: null,
    step: 0,
    totalSteps: 0,
    epochs: [],
    seconds: 0,
    hasAdapter: false,
    createdAt: Date.now(),
    keptAt: null,
  };
}
