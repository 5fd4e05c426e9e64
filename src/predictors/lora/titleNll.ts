import { frozenParameters, llamaEvaluationGraph } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import { batchTensors, planBatches, rowsPerBatch } from '../documents/batches.ts';
import type { TokenDocument } from '../documents/document.ts';
import type { GraphRunner } from '../training/graphRunner.ts';
import { badOutput } from '../training/outputCheck.ts';
import { float32 } from '../training/runtime.ts';
import { weightFeeds, withTensors } from './baseModel.ts';
import { documentFeeds, type TunedModel } from './tunedModel.ts';

const tokensPerBatch = 2048;

/**
 * Mean −ln of the observed titles' probabilities, in nats: the sum over a title's tokens and the one that ends it, by the
 * number of titles. Titles beyond the longest row are left out. Throws `bad-input` where no title is left.
 */
export async function meanTitleNll(
  model: TunedModel,
  theta: Float32Array,
  documents: readonly TokenDocument[],
  runner: GraphRunner,
): Promise<number> {
  const { base, lora, states } = model;
  const firstLayer = states?.firstLayer ?? 0;
  let nll = 0;
  let titles = 0;
  const constants = weightFeeds(base, frozenParameters(base.config, firstLayer));
  await withTensors(runner.runtime, constants.set('theta', float32(theta)), async (fixed) => {
    for (const batch of planBatches(documents, tokensPerBatch)) {
      const { rowLength } = batch;
      const rows = rowsPerBatch(rowLength, tokensPerBatch);
      const options = { batchSize: rows, sequenceLength: rowLength, lora, firstLayer };
      const graph = () => llamaEvaluationGraph(base.config, options);
      const key = `LoRA nll ${JSON.stringify(lora)} ${firstLayer} ${rowLength}`;
      const outputs = await runner.run(key, graph, {
        ...fixed,
        ...documentFeeds(model, batch, batchTensors(batch, rows)),
      });
      const values = (await outputs.nll.getData()) as Float32Array;
      outputs.nll.dispose();
      if (values.every((value) => value === 0)) throw badOutput('every token is certain');
      batch.documents.forEach((document, row) => {
        for (const { start, end } of document.titles) {
          if (end - 1 > rowLength) continue;
          for (let token = start; token < end; token++) nll += values[row * rowLength + token - 1];
          titles += 1;
        }
      });
    }
  });
  if (titles === 0) throw new AppError('bad-input', 'These people have no title that could be predicted.');
  return nll / titles;
}
