/**
 * Prints what the build at hand makes of the backup, for `before-the-house.json`:
 *   npx tsx tests/workbench/backups/record.ts <commit>
 * That file was made on the build that wrote the backup, with the imports of `visit.ts` pointed at the rooms of that time.
 */
import { readFileSync } from 'node:fs';
import { backupFile, type Fixture, whatItMakes } from './fixture.ts';
import { runtimeName, visit } from './visit.ts';

const device = await visit();
await device.store.backup.import(new Blob([readFileSync(backupFile)]), 'keep-both');
const [commit = ''] = process.argv.slice(2);
const fixture: Fixture = { commit, runtime: runtimeName, ...(await whatItMakes(device)) };
process.stdout.write(`${JSON.stringify(fixture, null, 1)}\n`, () => process.exit(0));
