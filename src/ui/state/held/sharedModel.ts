import { AppError } from '../../../platform/index.ts';
import type { HeldModel } from '../../../weights/index.ts';

/**
 * The same model with blobs that lie where all tabs reach them. Whenever a blob that a tab made is sent, Firefox copies its
 * bytes into its main process, and keeps every copy; one that came from there crosses as a handle. So the model is
 * sent once, to this very tab, on a channel whose name nobody else can know. Throws `AppError('out-of-memory')`.
 */
export async function sharedModel(model: HeldModel): Promise<HeldModel> {
  const name = crypto.randomUUID();
  const [ear, mouth] = [new BroadcastChannel(name), new BroadcastChannel(name)];
  try {
    return await new Promise<HeldModel>((resolve, reject) => {
      ear.onmessage = ({ data }: MessageEvent<HeldModel>) => resolve(data);
      ear.onmessageerror = () =>
        reject(new AppError('out-of-memory', 'This browser has no memory left for the model'));
      mouth.postMessage(model);
    });
  } finally {
    ear.close();
    mouth.close();
  }
}
