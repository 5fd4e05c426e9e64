import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { occ1990dd } from '../../src/occupation/index.ts';
import type { Corpus } from './corpus.ts';
import type { Settings } from './settings.ts';
import { drawsPerObservation, fitTeacher, Teacher } from './teacher.ts';

/** The teacher of these people and settings: read from `path` where an earlier build left it, else fitted and left there. */
export async function keptTeacher(path: string, corpus: Corpus, settings: Settings): Promise<Teacher> {
  const { training, tuning } = corpus.main;
  const people = [training, tuning].map((careers) => careers.map(({ personId }) => personId));
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([settings.teacher, settings.seed, drawsPerObservation, people]))
    .digest();
  const sizes = training.map(({ observations }) => observations.length * drawsPerObservation);
  const kept = existsSync(path) ? readFileSync(path) : null;
  const isKept = kept?.subarray(0, fingerprint.length).equals(fingerprint) ?? false;
  if (kept && isKept) {
    const draws = new Map<string, Uint16Array>();
    let start = fingerprint.length;
    training.forEach(({ personId }, person) => {
      const bytes = Uint8Array.from(kept.subarray(start, (start += 2 * sizes[person])));
      draws.set(personId, new Uint16Array(bytes.buffer));
    });
    return new Teacher(occ1990dd, draws);
  }
  console.error('Fitting the models that teach:');
  const teacher = await fitTeacher(training, tuning, occ1990dd, settings);
  const parts = training.map(({ personId }) => bytesOf(teacher.draws.get(personId) ?? new Uint16Array(0)));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, Buffer.concat([fingerprint, ...parts]));
  renameSync(`${path}.new`, path);
  return teacher;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint16Array) =>
  Buffer.from(buffer, byteOffset, byteLength);
