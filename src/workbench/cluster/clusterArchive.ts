import type { CareerHistory } from '../../career/index.ts';
import type { PanelSplit } from '../../evaluation/index.ts';
import { AppError, throwIfAborted } from '../../platform/index.ts';
import { peftConfigJson } from '../../predictors/lora/index.ts';
import { ArchivePieces } from './archivePieces.ts';
import { clusterReadme, type PartCounts } from './clusterReadme.ts';
import { trlArguments, type ClusterSettings } from './clusterSettings.ts';
import { trainingLines } from './trainingLines.ts';

/** Text is compressed in pieces of about so many characters. */
const pieceCharacters = 256 * 1024;

/** Names that `datasets.load_dataset('./data')` takes for the three splits. */
const fileOfPart = {
  fitting: 'data/train.jsonl',
  tuning: 'data/validation.jsonl',
  test: 'data/test.jsonl',
} as const;

/**
 * A panel ready for a cluster, as the bytes of a ZIP archive, piece by piece: the split as JSON Lines with the
 * template applied, PEFT's and TRL's settings, and a README with the command. The same panel and settings give the
 * same bytes. Throws `bad-input` where there is nobody to learn from or nobody to choose by, and `aborted`.
 */
export function* clusterArchive(
  split: PanelSplit,
  settings: ClusterSettings,
  { signal }: { signal?: AbortSignal } = {},
): Generator<Uint8Array> {
  for (const part of ['fitting', 'tuning'] as const) {
    if (split[part].length > 0) continue;
    throw new AppError('bad-input', `The split has no ${part} people; TRL needs some.`, { part });
  }
  const archive = new ArchivePieces();
  const counts = { fitting: noCounts, tuning: noCounts, test: noCounts };
  for (const part of ['fitting', 'tuning', 'test'] as const) {
    if (split[part].length === 0) continue;
    archive.open(fileOfPart[part]);
    let lines = 0;
    for (const { text, count } of pieces(split[part], settings)) {
      throwIfAborted(signal);
      lines += count;
      archive.write(text);
      yield* archive.take();
    }
    archive.close();
    counts[part] = countsOf(split[part], lines);
  }
  archive.file('sft.yaml', trlArguments(settings));
  archive.file('adapter_config.json', peftConfigJson(settings.lora, settings.baseModel));
  archive.file('README.md', clusterReadme(settings, counts));
  archive.end();
  yield* archive.take();
}

const noCounts: PartCounts = { people: 0, observations: 0, lines: 0 };

function countsOf(people: readonly CareerHistory[], lines: number): PartCounts {
  const observations = people.reduce((sum, person) => sum + person.observations.length, 0);
  return { people: people.length, observations, lines };
}

/** Lines joined to pieces that are worth compressing. */
function* pieces(
  people: readonly CareerHistory[],
  { form, template }: ClusterSettings,
): Generator<{ text: string; count: number }> {
  let text = '';
  let count = 0;
  for (const line of trainingLines(people, form, template)) {
    text += line;
    count += 1;
    if (text.length < pieceCharacters) continue;
    yield { text, count };
    text = '';
    count = 0;
  }
  yield { text, count };
}
