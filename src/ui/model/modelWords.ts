import type { DeviceReport, ModelProgress } from '../../worker/index.ts';

/** `12.4 MB`; units of 1,000 as file managers and network meters count. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1e5) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `23 November 2026`, in the person's own time zone. */
export function dateInWords(time: number): string {
  return new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
}

/** What the bar is doing right now. */
export function progressInWords(progress: ModelProgress | null): string {
  const bytes =
    progress?.loadedBytes !== undefined && progress.totalBytes !== undefined
      ? `, ${bytesInWords(progress.loadedBytes)} of ${bytesInWords(progress.totalBytes)}`
      : '';
  switch (progress?.phase) {
    case undefined:
      return 'Starting the model.';
    case 'probing':
      return 'Getting the model ready: finding out what this device can do.';
    case 'downloading':
      return `Getting the model ready: loading it once${bytes}.`;
    case 'verifying':
      return `Getting the model ready: checking every byte${bytes}.`;
    case 'compiling':
      return 'Getting the model ready: fitting it to this device.';
    case 'ready':
      return 'The model is ready.';
  }
}

/** Where the model runs, in a sentence. */
export function deviceInWords(device: DeviceReport): string {
  if (device.device === 'webgpu') return `Ready. Runs on your graphics processor (${device.name}).`;
  const threads = device.threads === 1 ? 'one thread' : `${device.threads} threads`;
  return `Ready. Runs on your processor, ${threads}.`;
}
