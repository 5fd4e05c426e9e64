import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceReport, EpochFigures, StoredSettings } from '../worker/index.ts';
import type { TrainCommand } from './commandLine.ts';
import { trainInApp } from './learnedModel.ts';
import { readPanelFile } from './panelFile.ts';
import { plainCareer } from './plainCareer.ts';
import { tell } from './stderrProgress.ts';

/** The JSON object of `train`. */
export interface TrainingOutput {
  kind: string;
  panel: string;
  fittingPeople: number;
  tuningPeople: number;
  settings: StoredSettings;
  epochs: readonly EpochFigures[];
  /** Of the epoch that was kept. */
  tuningPerplexity: number | null;
  files: string[];
  device: string | null;
  deviceReport: DeviceReport | null;
  /** Steps and tuning alone. */
  seconds: number;
}

/** Trains one model inside the app and writes its files, which `evaluate --model DIR` reads. Throws AppError. */
export async function runTrain(command: TrainCommand): Promise<TrainingOutput> {
  const { kind, panel, settings, seed, out } = command;
  const careers = (await readPanelFile(panel)).map(plainCareer);
  tell(`Training ${kind} on ${careers.length} people, a tenth of whom decide when it stops`);
  const { run, files, device: report } = await trainInApp({ kind, careers, settings, seed }, command);
  await mkdir(out, { recursive: true });
  const written: string[] = [];
  for (const { name, base64 } of files) {
    written.push(join(out, name));
    await writeFile(join(out, name), Buffer.from(base64, 'base64'));
  }
  const { epochs, bestEpoch } = run;
  return {
    kind,
    panel,
    fittingPeople: run.panel.fittingPeople,
    tuningPeople: run.panel.tuningPeople,
    settings: run.settings,
    epochs,
    tuningPerplexity: epochs.find(({ epoch }) => epoch === bestEpoch)?.tuningPerplexity ?? null,
    files: written,
    device: report?.device ?? null,
    deviceReport: report,
    seconds: run.seconds,
  };
}
