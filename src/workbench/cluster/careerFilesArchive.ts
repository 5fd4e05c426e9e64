import { formatCareerFiles } from '../../career/index.ts';
import type { PanelSplit } from '../../evaluation/index.ts';
import { AppError } from '../../platform/index.ts';
import { ArchivePieces } from './archivePieces.ts';

/**
 * A panel as the files that CAREER's published code trains on (`train.job`, `valid.year`, …), as the bytes of a ZIP archive.
 * The same panel gives the same bytes. Throws `bad-input` where there is nobody to learn from.
 */
export function* careerFilesArchive({ fitting, tuning, test }: PanelSplit): Generator<Uint8Array> {
  if (fitting.length === 0) throw new AppError('bad-input', 'The split has nobody to learn from.');
  const archive = new ArchivePieces();
  for (const [name, text] of formatCareerFiles({ train: fitting, valid: tuning, test })) {
    archive.file(name, text);
    yield* archive.take();
  }
  archive.end();
  yield* archive.take();
}
