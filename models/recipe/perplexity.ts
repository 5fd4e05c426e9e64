import * as ort from 'onnxruntime-node';
import type { CareerHistory } from '../../src/career/index.ts';
import {
  batchTensors,
  careerDocument,
  planBatches,
  rowsPerBatch,
  type TokenDocument,
} from '../../src/predictors/documents/index.ts';
import { llamaEvaluationGraph, type LlamaConfig } from '../../src/onnx/index.ts';
import { sessionOptions } from './trainer.ts';
import type { Vocabulary } from './vocabulary.ts';

const tokensPerBatch = 2048;

/** Scores careers by the language route while the model is being trained: raw title probabilities, one pass a career. */
export class PerplexityMeter {
  private readonly documents: TokenDocument[];
  private readonly observations: number;
  private readonly sessions = new Map<number, Promise<ort.InferenceSession>>();

  constructor(
    private readonly config: LlamaConfig,
    careers: readonly CareerHistory[],
    vocabulary: Vocabulary,
  ) {
    this.documents = careers.map((career) => careerDocument(career, vocabulary, 0));
    this.observations = careers.reduce((total, career) => total + career.observations.length, 0);
  }

  /** exp of the mean −log p of the observed titles, first observation included, title-ending tokens included. */
  async perplexity(theta: Float32Array): Promise<number> {
    let nll = 0;
    for (const batch of planBatches(this.documents, tokensPerBatch)) {
      const rows = rowsPerBatch(batch.rowLength, tokensPerBatch);
      const session = await this.session(batch.rowLength, rows);
      const { inputIds, labels, labelWeights } = batchTensors(batch, rows);
      const outputs = await session.run({
        theta: new ort.Tensor('float32', theta, [theta.length]),
        input_ids: new ort.Tensor('int64', inputIds, [rows, batch.rowLength]),
        labels: new ort.Tensor('int64', labels, [labels.length, 1]),
      });
      const batchNll = outputs.nll.data as Float32Array;
      for (let i = 0; i < batchNll.length; i++) if (labelWeights[i] > 0) nll += batchNll[i];
    }
    return Math.exp(nll / this.observations);
  }

  private session(rowLength: number, rows: number): Promise<ort.InferenceSession> {
    const known = this.sessions.get(rowLength);
    if (known) return known;
    const graph = llamaEvaluationGraph(this.config, { batchSize: rows, sequenceLength: rowLength });
    const session = ort.InferenceSession.create(graph.bytes, sessionOptions);
    this.sessions.set(rowLength, session);
    return session;
  }
}
