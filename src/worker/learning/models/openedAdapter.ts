import { Average, type AverageFile, fromBaselineFile } from '../../../evaluation/index.ts';
import { type Adapter, type AdapterFiles, importAdapter, readCard } from '../../../learning/index.ts';
import { AppError } from '../../../platform/index.ts';
import type { AdapterSummary } from '../../learningContract.ts';
import type { LearningResources } from '../preparedRun.ts';
import { summaryOf } from './adapters.ts';
import { listOf } from './adapterSettings.ts';
import type { AskedModel } from './askedModel.ts';
import { averageModel } from './averageModel.ts';
import { openCareer } from './careerRuns.ts';
import { openHead } from './headRuns.ts';
import { tableModel } from './tableModel.ts';

/** A head or CAREER, ready to be asked. */
export async function openAdapter(adapter: Adapter, resources: LearningResources): Promise<AskedModel> {
  switch (adapter.about.kind) {
    case 'head':
      return openHead(adapter, resources);
    case 'career':
      return openCareer(adapter, resources);
    default:
      throw new AppError('bad-input', `A ${adapter.about.kind} cannot be asked here.`);
  }
}

/**
 * What came with the language model, by its name there: a head, CAREER, or an average of these and of the shipped
 * mixture of tables. Throws `bad-input` where nothing of that name came with it, or it was made for another model.
 */
export async function openShipped(
  name: string,
  resources: LearningResources,
  signal?: AbortSignal,
): Promise<AskedModel> {
  const language = await resources.languageModel(signal);
  const files = language.shipped.get(name);
  if (!files) throw new AppError('bad-input', `No model ${name} came with ${language.report.name}.`);
  const { revision } = language.report;
  const adapter = await importAdapter(files, { baseModel: { name: language.report.name, revision } });
  if (adapter.about.kind !== 'average') return openAdapter(adapter, resources);
  const list = listOf(adapter.about);
  const average = Average.fromFile(adapter.about.settings.average as AverageFile, list);
  const members: AskedModel[] = [];
  for (const member of average.models)
    members.push(
      member === 'mixture'
        ? tableModel(fromBaselineFile(await language.mixture(signal), list), list)
        : await openShipped(member, resources, signal),
    );
  return averageModel(average, members, list);
}

/** Before the names of what came with the model, where ids are asked for. */
export const shippedPrefix = 'shipped/';

/** What the table of adapters says of one that came with the model. Throws `bad-input` for a broken card. */
export function shippedSummary(name: string, { weights, card }: AdapterFiles): AdapterSummary {
  const { format: _format, version: _version, ...about } = readCard(card);
  return summaryOf(`${shippedPrefix}${name}`, about, 'shipped', weights.length + card.length);
}
