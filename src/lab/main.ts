/**
 * `npm run lab`: predict, evaluate, train, experiment and bench from the command line. Exit codes: 0 done, 2 the arguments
 * or the input are at fault (stderr says how), 1 anything else.
 */
import { AppError } from '../platform/index.ts';
import { runBench } from './benchCommand.ts';
import { type LabCommand, parseCommand } from './commandLine.ts';
import { runEvaluate } from './evaluateCommand.ts';
import { runExperiment } from './experimentCommand.ts';
import { runPredict } from './predictCommand.ts';
import { runTrain } from './trainCommand.ts';
import { tell } from './stderrProgress.ts';
import { usage } from './usage.ts';

async function run(words: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(words);
    if (command.name === 'help') {
      tell(usage);
      return words.length === 0 ? 2 : 0;
    }
    const { output, table } = await result(command);
    process.stdout.write(`${JSON.stringify(output)}\n`);
    if (table !== undefined) tell(table);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    tell(`lab: ${error.message}`);
    if (error.code === 'bad-input') tell('npm run lab -- help says what there is');
    return error.code === 'bad-input' ? 2 : 1;
  }
}

interface LabResult {
  output: object;
  /** The same for people, below everything else. */
  table?: string;
}

async function result(command: Exclude<LabCommand, { name: 'help' }>): Promise<LabResult> {
  switch (command.name) {
    case 'predict':
      return { output: await runPredict(command) };
    case 'evaluate':
      return { output: await runEvaluate(command) };
    case 'train':
      return { output: await runTrain(command) };
    case 'experiment':
      return runExperiment(command);
    case 'bench':
      return runBench(command);
  }
}

process.exitCode = await run(process.argv.slice(2));
