import { buildFile } from '../../shell/index.ts';
import {
  parseExampleAnswers,
  parseExamples,
  type Example,
  type ExampleAnswers,
} from '../example/exampleFile.ts';

/** The made-up careers that ship with the page, and what the shipped model said about them. */
export class Examples {
  all = $state.raw<readonly Example[]>([]);
  answers = $state.raw<ExampleAnswers | null>(null);

  /** Loads both files from our own origin. Without the answers the page waits for the model instead. */
  async load(): Promise<void> {
    const [examples, answers] = await Promise.allSettled([
      readJson('examples/examples.json').then(parseExamples),
      readJson('examples/answers.json').then(parseExampleAnswers),
    ]);
    if (answers.status === 'fulfilled') this.answers = answers.value;
    if (examples.status === 'fulfilled') this.all = examples.value;
  }
}

async function readJson(path: string): Promise<unknown> {
  const response = await buildFile(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}
