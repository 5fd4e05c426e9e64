/** Name of a backup that is made now: names of several sort by day. */
export function backupName(): string {
  return `onward-backup-${new Date().toISOString().slice(0, 10)}.zip`;
}
