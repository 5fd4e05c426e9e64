import type { PredictionFormat } from '../../../evaluation/index.ts';
import type { LearningConnection, PanelSummary } from '../../../worker/index.ts';
import { saveFile } from '../../answer/saveFile.ts';
import type { Candidate } from '../../learn/proof/candidates.ts';
import { predictionsInWords } from '../../learn/proof/predictionWords.ts';
import { Attempt } from './attempt.svelte.ts';

/** Files of what a model says about each observation of the held-out people. */
export class PredictionFiles {
  readonly attempt = new Attempt();

  constructor(private readonly connection: LearningConnection) {}

  async save(
    panel: PanelSummary,
    { reference }: Candidate,
    { format, hiddenStates }: { format: PredictionFormat; hiddenStates: boolean },
  ): Promise<void> {
    const saved = await this.attempt.run('Writing the predictions', (signal) =>
      this.connection.savePredictions(
        { panel: panel.id, part: 'test', model: reference, format, hiddenStates },
        this.attempt.onProgress,
        signal,
      ),
    );
    if (!saved) return;
    const name = `onward-predictions.${format}`;
    saveFile(name, saved.file);
    this.attempt.message = predictionsInWords(name, saved, hiddenStates);
  }
}
