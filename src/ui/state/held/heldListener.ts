import type { HeldModel } from '../../../weights/index.ts';
import { heldChannelName, parseAnnouncement } from './heldChannel.ts';

/**
 * The careers page's end of the channel: calls `onChange` whenever Models pages hold other models than before. It only
 * listens. A tab that crashes says no goodbye, and its models stay: the browser keeps the bytes for whoever has a blob.
 * Returns the function that stops it; where a browser has no channels, nothing is ever heard.
 */
export function listenForHeld(onChange: (models: readonly HeldModel[]) => void): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined;
  const byTab = new Map<string, readonly HeldModel[]>();
  const channel = new BroadcastChannel(heldChannelName);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const heard = parseAnnouncement(data);
    // The same again: the blobs of the first time go on being used.
    if (!heard || rowsOf(heard.models) === rowsOf(byTab.get(heard.tab) ?? [])) return;
    byTab.set(heard.tab, heard.models);
    // Of two tabs with the same model, one will do.
    const byId = new Map([...byTab.values()].flat().map((model) => [model.row.id, model]));
    onChange([...byId.values()]);
  };
  return () => channel.close();
}

const rowsOf = (models: readonly HeldModel[]): string => JSON.stringify(models.map(({ row }) => row));
