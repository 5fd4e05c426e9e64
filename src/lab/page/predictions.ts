import type { DevicePreference, LearningConnection, ModelReference } from '../../worker/index.ts';
import { trainedAverage } from './averaging.ts';
import type { LabEvent, PlainPredictions, PredictionsWritten } from './bridge.ts';
import { base64, modelReference, type Tell, withLearning } from './learning.ts';

/** Bytes that go to the command line at once. */
const pieceBytes = 4 * 2 ** 20;

/** Tells the file of what a model says about these people piece by piece, in `file` events, each once the one before has arrived. */
export async function savePredictions(
  request: PlainPredictions,
  device: DevicePreference,
  post: (event: LabEvent) => Promise<void> | undefined,
): Promise<PredictionsWritten> {
  const { format, hiddenStates } = request;
  const tell: Tell = (event) => void post(event);
  return withLearning(device, tell, async (learning) => {
    const asked = await askedModel(request, learning, tell);
    const { file, ...written } = await learning.savePredictions(
      { ...asked, part: 'test', format, hiddenStates },
      (scored) => tell({ scored }),
    );
    for (let start = 0; start < file.size; start += pieceBytes) {
      const piece = await file.slice(start, start + pieceBytes).arrayBuffer();
      await post({ file: base64(new Uint8Array(piece)) });
    }
    return { ...written, device: (await learning.device()).report };
  });
}

/** The model, and a panel whose test people are those that are asked about. */
async function askedModel(
  { model, careers }: PlainPredictions,
  learning: LearningConnection,
  tell: Tell,
): Promise<{ panel: string; model: ModelReference }> {
  if (model !== 'language-route' && 'average' in model)
    return trainedAverage(model.average, careers, learning, tell);
  const reference: ModelReference =
    model === 'language-route' ? { kind: model } : await modelReference(model, learning, tell);
  const { id } = await learning.addPanel({
    name: 'people',
    origin: { kind: 'careers', careers },
    split: { seed: 0, testPeople: careers.map(({ personId }) => personId) },
  });
  return { panel: id, model: reference };
}
