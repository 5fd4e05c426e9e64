/**
 * hub: models that people know, from a hub or from disk into the store of this device, or into a tab's memory where that
 * has no room. Knows the catalogue, the hub's addresses and answers, and how a download is carried to its end; nothing
 * of careers, and never their database.
 *
 * Promises: before the first byte, the exact size, licence and hash of every file; a download can stop anywhere and goes
 * on there; nothing is called stored that does not have the hub's hash; one bar that never goes back and ends with the
 * model's row. Bytes throughout. Failures are `AppError`; a `download-failed` names its fault in `data.fault`.
 */
export * from './catalogue.ts';
export type { GivenFile } from './diskFile.ts';
export { type HoldImportOptions, type ImportOptions, holdFromDisk, importModel } from './diskImport.ts';
export { type DiskModel, inspectDisk } from './diskModel.ts';
export {
  type Destination,
  Downloads,
  type DownloadsOptions,
  type HoldOptions,
  type RunOptions,
} from './downloads.ts';
export type { HubModel } from './hubListing.ts';
export { usualHub } from './hubName.ts';
export type { DownloadFault } from './hubRequest.ts';
export { type Licence, licenceOf } from './licences.ts';
export type { Dtype } from './modelLayout.ts';
export {
  BlobTarget,
  type ExportOptions,
  type ModelSource,
  exportModel,
  exportName,
  heldSource,
} from './modelExport.ts';
export type { Patience, Wait } from './patience.ts';
export { type RoomCheck, checkRoom } from './roomCheck.ts';
